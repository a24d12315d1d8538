using DeepClustering.Data;
using DeepClustering.Samples;
using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

/// <summary>A request reaches whatever trains in the process: nothing else may run meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Interrupts;

[Collection(typeof(Interrupts))]
public sealed class InterruptionTests : IDisposable
{
    public void Dispose() => Interruption.Reset();

    [Fact]
    public void ARequestReachesTokensTakenBeforeAndAfterUntilItIsForgotten()
    {
        CancellationToken before = Interruption.Token;
        Interruption.Reset();
        Assert.Equal(before, Interruption.Token);
        Interruption.Request();
        Assert.True(before.IsCancellationRequested);
        Assert.True(Interruption.Token.IsCancellationRequested);
        Interruption.Reset();
        Assert.True(before.IsCancellationRequested);
        Assert.False(Interruption.Token.IsCancellationRequested);
    }

    [Fact]
    public void ARequestEndsTheTrainingOfAClassifier()
    {
        var digits = new DigitSet("black", 28, 28, [.. new byte[784]], [0]);
        Interruption.Request();
        Assert.Throws<OperationCanceledException>(() => DigitClassifier.Train(digits));
        Interruption.Reset();
        using var trained = DigitClassifier.Train(digits, epochs: 1);
    }
}
