using CsCheck;
using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Networks;

public sealed class ConvolutionalNetworkTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(1, 28, 28)]
    [InlineData(3, 32, 32)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 7, 19)]
    [InlineData(2, 15, 4)]
    public void ImagesOfAnySideComeBackAtTheirSize(int channels, int height, int width)
    {
        var shape = new ImageShape(channels, height, width);
        using var vae = new Vae(new ConvolutionalNetwork(shape) { Channels = [4, 6, 8], LatentSize = 3 });
        var x = rand(2, shape.Size);
        Assert.Equal([2L, 3L], vae.Encode(x).shape);
        Assert.Equal([2L, shape.Size], vae.Reconstruct(x).shape);
        using var two = new Vae(new ConvolutionalNetwork(shape) { Channels = [4], LatentSize = 3 }, new HeteroscedasticGaussian());
        Assert.Equal([2L, shape.Size], two.Reconstruct(x).shape);
        Assert.True(two.Loss(x).Total.isfinite().item<bool>());
    }

    [Fact]
    public void WhatAPixelBecomesDependsOnItsNeighbourhoodAlone()
    {
        // Two convolutions of 5 × 5 and stride 2 see at most 13 pixels: a change in one corner leaves the features of the other as they are.
        var (layers, width) = new ConvolutionalNetwork(new ImageShape(1, 32, 32)) { Channels = [3, 5] }.EncoderLayers(new Generator(1));
        using var owned = layers;
        var x = rand(1, 32 * 32);
        var changed = x.clone();
        changed.index_put_(1 - x[0, 0], 0, 0);
        var difference = (layers.forward(x) - layers.forward(changed)).reshape(5, 8, 8).abs().amax([0]);
        Assert.Equal(5 * 8 * 8, width);
        Assert.True(difference[0, 0].item<float>() > 0);
        Assert.Equal(0, difference.slice(0, 2, 8, 1).max().item<float>());
        Assert.Equal(0, difference.slice(1, 2, 8, 1).max().item<float>());
    }

    /// <summary>Against torch's convolution in float64, which it computes by itself and not by oneDNN.</summary>
    [Fact]
    public void AConvolutionAndItsGradientsAreThoseInFloat64()
    {
        var cases =
            from rows in Gen.Int[1, 12]
            from inputs in Gen.Int[1, 70]
            from outputs in Gen.Int[1, 70]
            from height in Gen.Int[1, 17]
            from width in Gen.Int[1, 17]
            from side in Gen.Int[1, 2].Select(half => 2 * half + 1)
            from stride in Gen.Int[1, 3]
            select (rows, inputs, outputs, height, width, side, stride);
        cases.Sample(c =>
        {
            using var scope = NewDisposeScope();
            using var random = new Generator(1);
            using var convolution = new Convolution2d(c.inputs, c.outputs, random, c.side, c.stride);
            var x = randn([c.rows, c.inputs, c.height, c.width], generator: random).requires_grad_(true);
            var y = convolution.call(x);
            var direction = randn(y.shape, generator: random);
            (y * direction).sum().backward();

            Tensor[] exact = [.. new[] { x }.Concat(convolution.parameters()).Select(tensor => tensor.detach().to(float64).requires_grad_(true))];
            var expected = nn.functional.conv2d(exact[0], exact[1], exact[2], strides: [c.stride, c.stride], padding: [c.side / 2, c.side / 2]);
            (expected * direction).sum().backward();
            AssertNear(expected, y);
            foreach (var (one, other) in exact.Zip(convolution.parameters().Prepend<Tensor>(x)))
            {
                AssertNear(one.grad!, other.grad!);
            }
        }, iter: 200, threads: 1);

        static void AssertNear(Tensor expected, Tensor actual) =>
            Assert.True((expected - actual).abs().max().item<double>() <= 1e-4 * (1 + expected.abs().max().item<double>()), "another convolution");
    }

    [Fact]
    public void ItLearnsWhatItIsShown()
    {
        // squares at random places of coloured images of 12 × 9
        using var random = new Generator(3);
        var images = zeros(60, 3, 12, 9, ScalarType.Byte);
        for (int i = 0; i < 60; i++)
        {
            long row = i % 9, column = i % 7, channel = i % 3;
            images[i][channel].slice(0, row, row + 3, 1).slice(1, column, column + 2, 1).fill_(255);
        }
        using var autoencoder = new Autoencoder(new ConvolutionalNetwork(new ImageShape(3, 12, 9)) { Channels = [8, 16], LatentSize = 6 });
        using var trainer = new Trainer(autoencoder, images.reshape(60, -1), new() { Epochs = 40, BatchSize = 20, LearningRate = 5e-3 });
        Epoch[] epochs = [.. trainer.Fit()];
        Assert.True(epochs[^1].Loss < 0.3 * epochs[0].Loss, $"{epochs[0]} … {epochs[^1]}");
    }

    [Fact]
    public void TheSeedAloneDecidesTheWeights()
    {
        var network = new ConvolutionalNetwork(new ImageShape(1, 8, 8)) { Channels = [4], LatentSize = 2 };
        manual_seed(1);
        using Vae a = new(network, seed: 5), b = new(network, seed: 5), c = new(network, seed: 6);
        var x = rand(3, 64);
        Assert.True(a.Encode(x).equal(b.Encode(x)).all().item<bool>());
        Assert.False(a.Encode(x).allclose(c.Encode(x)));
        Assert.All(a.named_parameters().Where(entry => entry.name.EndsWith("bias", StringComparison.Ordinal)), entry => Assert.Equal(0, entry.parameter.abs().max().item<float>()));
    }

    [Fact]
    public void SizesThatCannotBeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vae(new ConvolutionalNetwork(new ImageShape(1, 8, 8)) { Channels = [] }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Vae(new ConvolutionalNetwork(new ImageShape(1, 8, 8)) { Channels = [0] }));
        Assert.Throws<ArgumentException>(() => new Vae(new ConvolutionalNetwork(new ImageShape(1, 8, 8)) { InputSize = 63 }));
        Assert.Throws<ArgumentException>(() => new Vae(new MultilayerPerceptron { InputSize = 36, Shape = new(1, 5, 7) }));
    }
}
