using DeepClustering.Augmentations;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Augmentations;

public sealed class FeatureAugmentationTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(3);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    [Fact]
    public void NoiseHasItsMomentsAndNoFeatureKnowsOfAnother()
    {
        var x = tensor([1f, -2f, 5f]).expand(50_000, 3);
        var noise = new FeatureNoise(0.3).Apply(x, null, _random) - x;
        var covariance = noise.t().mm(noise) / noise.shape[0];
        Assert.True(noise.mean([0]).allclose(zeros(3), atol: 0.01));
        Assert.True(covariance.allclose(0.09f * eye(3), atol: 0.003));
        Assert.True(new FeatureNoise(0).Apply(x, null, _random).equal(x).all().item<bool>());
    }

    [Fact]
    public void MaskingLeavesOutTheShareAskedForAndKeepsTheRest()
    {
        var x = rand([50_000, 3], generator: _random) + 1;
        var masked = new FeatureMasking(0.3).Apply(x, null, _random);
        var left = masked.eq(0).to(float32);
        Assert.True(left.mean([0]).allclose(full(3, 0.3), atol: 0.01));
        Assert.Equal(0.09, (left.select(1, 0) * left.select(1, 1)).mean().item<float>(), 0.01);
        Assert.True(masked.masked_select(masked.ne(0)).equal(x.masked_select(masked.ne(0))).all().item<bool>());
    }

    [Fact]
    public void TheGeneratorAloneDecides()
    {
        var x = rand(20, 5);
        foreach (var augmentation in new IAugmentation[] { new FeatureNoise(), new FeatureMasking() })
        {
            Tensor Of(ulong seed) => augmentation.Apply(x, null, new Generator(seed));
            Assert.True(Of(5).equal(Of(5)).all().item<bool>());
            Assert.False(Of(5).allclose(Of(6)));
        }
    }

    [Fact]
    public void OptionsOutOfTheirRangeAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureNoise(-0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureMasking() with { Share = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FeatureMasking(-0.1));
    }
}
