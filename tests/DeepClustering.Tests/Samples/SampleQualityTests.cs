using DeepClustering.Samples;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

[Collection(typeof(TrainedClassifier))]
public sealed class SampleQualityTests(TrainedClassifier trained) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private SampleQuality Of(Tensor samples) => SampleQuality.Of(trained.Classifier, samples, trained.TrainingImages);

    [Fact]
    public void RealDigitsThatWereHeldOutAreNearTheCeiling()
    {
        var quality = Of(trained.HeldOutImages);
        Assert.InRange(quality.ConfidentShare, 0.88, 1);
        Assert.InRange(quality.LabelEntropy, 2.28, Math.Log(10));
        Assert.Equal(10, quality.ClassesCovered);
    }

    [Fact]
    public void NoiseIsWorseInEveryRespect()
    {
        var noise = rand([1000, 784], generator: new Generator(1));
        SampleQuality real = Of(trained.HeldOutImages), bad = Of(noise);
        Assert.InRange(bad.ConfidentShare, 0, real.ConfidentShare - 0.1);
        Assert.InRange(bad.LabelEntropy, 0, real.LabelEntropy - 0.5);
        Assert.InRange(bad.ClassesCovered, 0, 5);
        Assert.InRange(bad.FrechetDistance, 20 * real.FrechetDistance, double.MaxValue);
    }

    // Every step blends in more of another digit, as a bad decoder does.
    [Fact]
    public void BlendedDigitsGetWorseStepByStep()
    {
        var digits = trained.HeldOutImages.to(float32) / 255;
        SampleQuality[] steps = [.. new[] { 0.0, 0.15, 0.3, 0.45 }.Select(share => Of(digits * (1 - share) + digits.roll(1, 0) * share))];
        Assert.Equal(steps.OrderBy(step => step.FrechetDistance), steps);
        Assert.Equal(steps.OrderByDescending(step => step.ConfidentShare), steps);
    }

    [Fact]
    public void SamplesOfOneDigitCoverOneClass()
    {
        var quality = Of(trained.Clearest(7).expand(50, -1));
        Assert.Equal((0.0, 1, 1.0), (quality.LabelEntropy, quality.ClassesCovered, quality.ConfidentShare));
    }

    [Fact]
    public void TheEntropyIsThatOfTheSharesOfTheLabels()
    {
        var quality = Of(cat([trained.Clearest(4).expand(30, -1), trained.Clearest(1).expand(10, -1)]));
        Assert.Equal(-(0.75 * Math.Log(0.75) + 0.25 * Math.Log(0.25)), quality.LabelEntropy, 1e-12);
        Assert.Equal(2, quality.ClassesCovered);
    }

    [Fact]
    public void AnUntrainedClassifierIsNeverConfident()
    {
        using var untrained = new ImageClassifier(trained.Classifier.Shape, trained.Classifier.Classes);
        var quality = SampleQuality.Of(untrained, trained.HeldOutImages, trained.TrainingImages);
        Assert.Equal((0.0, 0), (quality.ConfidentShare, quality.ClassesCovered));
    }

    [Fact]
    public void TheDistanceIsThatOfTheFeatures()
    {
        var (a, b) = (trained.HeldOutImages, trained.TrainingImages);
        double distance = FrechetDistance.Between(trained.Classifier.Features(a), trained.Classifier.Features(b));
        Assert.Equal(distance, Of(a).FrechetDistance);
        Assert.Equal(0, Of(b).FrechetDistance, 1e-9);
    }

    [Fact]
    public void NeitherOrderNorFormMatters()
    {
        SampleQuality bytes = Of(trained.HeldOutImages), shuffled = Of(trained.HeldOutImages.flip(0).to(float32) / 255);
        Assert.Equal(bytes.FrechetDistance, shuffled.FrechetDistance, 1e-3);
        Assert.Equal(bytes with { FrechetDistance = 0 }, shuffled with { FrechetDistance = 0 });
    }

    [Fact]
    public void BadDigitsAreNamed()
    {
        var good = trained.HeldOutImages;
        ArgumentException Refused(Tensor samples, Tensor real) =>
            Assert.Throws<ArgumentException>(() => SampleQuality.Of(trained.Classifier, samples, real));
        Assert.Equal("samples", Refused(rand(5, 784) * 2, good).ParamName);
        Assert.Equal("real", Refused(good, rand(5, 783)).ParamName);
        Assert.Contains("N at least 2, found Byte (1, 784)", Refused(good.narrow(0, 0, 1), good).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ScoringLeavesNoTensorsBehind()
    {
        using var scope = NewDisposeScope();
        SampleQuality.Of(trained.Classifier, trained.HeldOutImages, trained.HeldOutImages);
        trained.Classifier.Predict(trained.HeldOutImages);
        Assert.Equal(0, scope.DisposablesCount);
    }
}
