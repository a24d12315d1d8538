using DeepClustering.Data;
using DeepClustering.Hosting;
using DeepClustering.Samples;
using Xunit;

namespace DeepClustering.Tests.Samples;

/// <summary>Alone, because a request stops whatever trains in this process.</summary>
[CollectionDefinition(nameof(ImageClassifierInterruptionTests), DisableParallelization = true)]
[Collection(nameof(ImageClassifierInterruptionTests))]
public sealed class ImageClassifierInterruptionTests : IDisposable
{
    public void Dispose() => Interruption.Reset();

    [Fact]
    public void ARequestEndsTraining()
    {
        var digits = Dataset.FromBytes("black", new ImageShape(1, 28, 28), [.. new byte[784]], ClassLabels.Of([0]));
        Interruption.Request();
        Assert.Throws<OperationCanceledException>(() => ImageClassifier.Train(digits));
        Interruption.Reset();
        using var trained = ImageClassifier.Train(digits, epochs: 1);
    }
}
