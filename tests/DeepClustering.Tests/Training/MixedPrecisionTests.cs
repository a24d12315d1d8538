using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

/// <summary>What mixed precision may change, and by how much: bfloat16 keeps 8 bits, so a product errs by about 2⁻⁸ of its size.</summary>
public sealed class MixedPrecisionTests : IDisposable
{
    private static readonly Architecture _medium = new MultilayerPerceptron { InputSize = 64, HiddenWidths = [48, 96], LatentSize = 4 };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _x = rand([200, 64], generator: new Generator(1));

    public void Dispose() => _scope.Dispose();

    private static double Loss(LatentModel model, Tensor x, Precision precision)
    {
        using var products = new Autocast(precision);
        using var scope = NewDisposeScope();
        return model.Loss(x).Total.item<float>();
    }

    [Fact]
    public void TheLossAndItsGradientAreThoseOfFullPrecisionToEightBits()
    {
        Tensor[] Gradients(Precision precision)
        {
            var vade = new Vade(3, _medium, seed: 4);
            using var products = new Autocast(precision);
            vade.Loss(_x).Total.backward();
            return [.. vade.parameters().Select(parameter => parameter.grad!)];
        }
        using Vade a = new(3, _medium, seed: 4), b = new(3, _medium, seed: 4);
        double full = Loss(a, _x, Precision.Full), mixed = Loss(b, _x, Precision.Mixed);
        Assert.NotEqual(full, mixed);
        Assert.Equal(1, mixed / full, 0.01);
        foreach (var (exact, rounded) in Gradients(Precision.Full).Zip(Gradients(Precision.Mixed)))
        {
            Assert.Equal(ScalarType.Float32, rounded.dtype);
            double relative = ((rounded - exact).norm() / exact.norm()).item<float>();
            Assert.InRange(relative, 0, 0.05);
        }
    }

    [Fact]
    public void NoBitDependsOnWhetherAResultGoesToFloat32BetweenTwoLayers()
    {
        // Each layer by itself returns float32, which the next rounds again.
        nn.Module<Tensor, Tensor> Apart()
        {
            var random = new Generator(5);
            return nn.Sequential(
                ("dense1", new Dense(64, 48, random)), ("relu1", nn.ReLU(inplace: true)),
                ("dense2", new Dense(48, 96, random)), ("relu2", nn.ReLU(inplace: true)), ("logits", new Dense(96, 64, random)));
        }
        Tensor[] Results(nn.Module<Tensor, Tensor> layers)
        {
            var x = _x.clone().requires_grad_();
            using var products = new Autocast(Precision.Mixed);
            var y = layers.forward(x);
            y.square().sum().backward();
            return [y, x.grad!, .. layers.parameters().Select(parameter => parameter.grad!)];
        }
        Tensor[] apart = Results(Apart()), together = Results(new DenseDecoder([64, 48, 96], 64, new Generator(5)));
        Assert.Equal(2 + 6, together.Length);
        Assert.All(apart.Zip(together), pair => Assert.True(pair.First.dtype == pair.Second.dtype && pair.First.equal(pair.Second).all().item<bool>()));
    }

    [Fact]
    public void AnArchitecturesLayersReturnFloat32ToWhateverReadsThem()
    {
        using var products = new Autocast(Precision.Mixed);
        var (encoder, width) = _medium.EncoderLayers(new Generator(1));
        var features = encoder.forward(_x);
        Assert.Equal((ScalarType.Float32, width), (features.dtype, (int)features.shape[1]));
        Assert.Equal(ScalarType.Float32, _medium.DecoderLayers(1, new Generator(1)).forward(features.narrow(1, 0, 4)).dtype);
    }

    [Fact]
    public void OnlyWhatIsInsideIsRounded()
    {
        using Vae a = new(_medium), b = new(_medium);
        using (new Autocast(Precision.Mixed))
        {
            using (new Autocast(Precision.Full))
            {
                Assert.Equal(Loss(a, _x, Precision.Full), Loss(b, _x, Precision.Full));
            }
            Assert.Equal(ScalarType.BFloat16, Autocast.ProductType);
        }
        Assert.Equal(ScalarType.Float32, Autocast.ProductType);
    }

    [Fact]
    public void AModelTrainsToTheSameLossAndKeepsFloat32Weights()
    {
        var digits = randint(0, 256, [1, 64], generator: new Generator(2)).mul(rand([300, 1], generator: new Generator(3)))
            .to_type(ScalarType.Byte);
        double Trained(Precision precision)
        {
            using var vae = new Vae(_medium);
            using var trainer = new Trainer(vae, digits, new() { Epochs = 20, BatchSize = 50, Precision = precision });
            double loss = trainer.Fit().Last().Loss;
            Assert.All(vae.parameters(), parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
            Assert.Equal(ScalarType.Float32, vae.Encode(digits).dtype);
            return loss;
        }
        Assert.Equal(1, Trained(Precision.Mixed) / Trained(Precision.Full), 0.01);
    }

    [Fact]
    public void WhatTheProcessorLacksIsNotPretended()
    {
        using var vae = new Vae(_medium);
        using var trainer = new Trainer(vae, zeros(4, 64, ScalarType.Byte), new() { Precision = Precision.Mixed });
        Assert.Equal(Autocast.Supported(Precision.Mixed), trainer.Options.Precision);
        Assert.Equal(Precision.Full, Autocast.Supported(Precision.Full));
        // Linux lists the same capability that the library asks the processor for.
        if (File.Exists("/proc/cpuinfo"))
        {
            bool listed = File.ReadAllText("/proc/cpuinfo").Contains(" avx512_bf16", StringComparison.Ordinal);
            Assert.Equal(listed ? Precision.Mixed : Precision.Full, Autocast.Supported(Precision.Mixed));
        }
    }
}
