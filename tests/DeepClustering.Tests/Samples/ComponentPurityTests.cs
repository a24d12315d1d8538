using DeepClustering.Samples;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Samples;

[Collection(typeof(TrainedClassifier))]
public sealed class ComponentPurityTests(TrainedClassifier trained) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void RealDigitsOfOneClassArePure()
    {
        var purities = ComponentPurity.Of(trained.Classifier, Enumerable.Range(0, 10).Select(trained.HeldOutOf));
        Assert.Equal(Enumerable.Range(0, 10), purities.Select(purity => purity.Component));
        Assert.Equal(Enumerable.Range(0, 10), purities.Select(purity => purity.Label));
        Assert.All(purities, purity => Assert.InRange(purity.Share, 0.85, 1));
    }

    [Fact]
    public void AMixedComponentHasTheShareOfItsLargestPart()
    {
        Tensor three = trained.Clearest(3), eight = trained.Clearest(8);
        var purities = ComponentPurity.Of(trained.Classifier, [cat([three, eight, eight, eight]), three, cat([eight, three])]);
        Assert.Equal([new(0, 8, 0.75), new(1, 3, 1), new(2, 3, 0.5)], purities);
    }

    [Fact]
    public void AComponentWithoutSamplesIsRefused() =>
        Assert.Equal("samples[1]", Assert.Throws<ArgumentException>(
            () => ComponentPurity.Of(trained.Classifier, [trained.HeldOutImages, empty(0, 784)])).ParamName);
}
