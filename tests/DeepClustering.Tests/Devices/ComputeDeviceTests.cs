using DeepClustering.Devices;
using DeepClustering.Models;
using DeepClustering.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Devices;

public sealed class ComputeDeviceTests
{
    [Fact]
    public void ModelsAreOnTheProcessorUnlessToldOtherwise()
    {
        using var vade = new Vade(3, new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3] });
        Assert.Equal(DeviceType.CPU, vade.Device.type);
        Assert.Equal(DeviceType.CPU, ComputeDevice.Named("cpu").type);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:99")]
    [InlineData("meta")]
    [InlineData("cpu:one")]
    public void ADeviceThatIsNotThereIsNamedWithTheOption(string name)
    {
        string message = Assert.Throws<InvalidOperationException>(() => ComputeDevice.Named(name)).Message;
        Assert.Contains("TORCH_DEVICE", message, StringComparison.Ordinal);
        Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
    }

    [Fact]
    public void DrawsAreThoseOfTheSeedAndOfTheTensorsKind()
    {
        using var scope = NewDisposeScope();
        var like = zeros([50, 400], float64);
        Tensor normal = new Generator(3).NormalLike(like), uniform = new Generator(3).UniformLike(like);
        Assert.True(normal.equal(randn([50, 400], float64, generator: new Generator(3))).all().item<bool>());
        Assert.True(uniform.equal(rand([50, 400], float64, generator: new Generator(3))).all().item<bool>());
        // 20,000 draws: four standard errors.
        Assert.Equal(0, normal.mean().item<double>(), 4 / Math.Sqrt(20_000));
        Assert.Equal(1, normal.square().mean().item<double>(), 4 * Math.Sqrt(2.0 / 20_000));
        Assert.Equal(0.5, uniform.mean().item<double>(), 4 * Math.Sqrt(1.0 / 12 / 20_000));
        Assert.False(normal.requires_grad);
    }
}
