using DeepClustering.Augmentations;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Devices;

/// <summary>
/// Training on torch's meta device, which knows shapes and no values: an operation that meets a tensor of the processor beside one of
/// the model throws, so what passes here makes no tensor on the processor on its way but by moving it. libtorch has no kernels there for
/// convolutions, log-sigmoid and absolute values, so the network is the multilayer one and two likelihoods are left out.
/// </summary>
public sealed class MetaDeviceTests : IDisposable
{
    private static readonly ImageShape _shape = new(3, 5, 6);

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    public static TheoryData<string> Likelihoods => ["Gaussian", "HeteroscedasticGaussian", "Poisson"];

    private static ILikelihood Named(string name) => name switch
    {
        "Gaussian" => new Gaussian(),
        "HeteroscedasticGaussian" => new HeteroscedasticGaussian(),
        _ => new Poisson(),
    };

    private static MultilayerPerceptron Architecture => new() { InputSize = _shape.Size, Shape = _shape, HiddenWidths = [7], LatentSize = 2 };

    /// <summary>The trap is real: on this device nothing of the processor goes unnoticed.</summary>
    [Fact]
    public void ATensorOfTheProcessorIsRefused() =>
        Assert.ThrowsAny<Exception>(() => zeros(2, 3, device: META) + zeros(2, 3));

    [Theory]
    [MemberData(nameof(Likelihoods))]
    public void EveryModelTakesAStepWhereItsWeightsAre(string likelihood)
    {
        LatentModel[] models = [new Autoencoder(Architecture, Named(likelihood)), new Vae(Architecture, Named(likelihood)), new Vade(3, Architecture, Named(likelihood))];
        foreach (var model in models)
        {
            using (model)
            {
                TakesAStep(model);
            }
        }
    }

    [Fact]
    public void ResponsibilitiesAreMadeWhereTheMixtureIs()
    {
        using var vade = new Vade(3, Architecture);
        vade.to(META);
        var codes = zeros(4, 2, device: META);
        Assert.Equal(DeviceType.META, vade.Prior.LogResponsibilities(codes).device_type);
        Assert.Equal(DeviceType.META, vade.Prior.LogExpectedResponsibilities(codes, codes).device_type);
    }

    [Fact]
    public void AllWeightsOfAConvolutionalModelMove()
    {
        using var vade = new Vade(3, new ConvolutionalNetwork(_shape) { Channels = [4, 5], LatentSize = 2 });
        vade.to(META);
        Assert.All(vade.named_parameters(), entry => Assert.Equal((entry.name, DeviceType.META), (entry.name, entry.parameter.device_type)));
    }

    [Fact]
    public void DistortionsAreMadeWhereTheObservationsAre()
    {
        var x = zeros(4, _shape.Size, device: META);
        foreach (var augmentation in new IAugmentation[] { new FeatureNoise(), new FeatureMasking() })
        {
            var distorted = augmentation.Apply(x, _shape, new Generator(1));
            Assert.Equal((DeviceType.META, 4L, (long)_shape.Size), (distorted.device_type, distorted.shape[0], distorted.shape[1]));
        }
        // Reading the images at the grid has no kernel for this device, making the grid has.
        var grid = new Affine { Rotation = 5, Shift = 1, Shear = 0.1, Scale = 0.1 }.Grid(x, _shape, new Generator(1));
        Assert.Equal(DeviceType.META, grid.device_type);
        Assert.Equal([4L, _shape.Height, _shape.Width, 2], grid.shape);
    }

    [Fact]
    public void MixedProductsAreMadeWhereTheWeightsAre()
    {
        using var vae = new Vae(Architecture, new Gaussian());
        using var products = new Autocast(Precision.Mixed);
        TakesAStep(vae);
    }

    private static void TakesAStep(LatentModel model)
    {
        model.to(META);
        Assert.Equal(DeviceType.META, model.Device.type);
        Assert.All(model.named_parameters(), entry => Assert.Equal((entry.name, DeviceType.META), (entry.name, entry.parameter.device_type)));
        var x = model.Trusted(zeros([4, _shape.Size], ScalarType.Byte));
        Assert.Equal(DeviceType.META, x.device_type);
        using var optimizer = new FusedAdam(model.parameters());
        var parts = model.Loss(x);
        parts.Total.backward();
        Assert.All(model.named_parameters().Where(entry => entry.parameter.grad is not null), entry => Assert.Equal(DeviceType.META, entry.parameter.grad!.device_type));
        Assert.Contains(model.parameters(), parameter => parameter.grad is not null);
        // The fused step itself has no kernel for this device; what it moves and keeps is all on it.
        Assert.All(optimizer.Moments, moment => Assert.Equal(
            (DeviceType.META, DeviceType.META, DeviceType.META), (moment.Mean.device_type, moment.Square.device_type, moment.Steps.device_type)));
        Assert.All(parts.Parts, part => Assert.Equal((0L, DeviceType.META), (part.Value.dim(), part.Value.device_type)));
    }
}
