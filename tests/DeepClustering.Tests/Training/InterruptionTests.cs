using DeepClustering.Hosting;
using Xunit;

namespace DeepClustering.Tests.Training;

/// <summary>Alone, because a request stops whatever trains in this process.</summary>
[CollectionDefinition(nameof(InterruptionTests), DisableParallelization = true)]
[Collection(nameof(InterruptionTests))]
public sealed class InterruptionTests
{
    [Fact]
    public void ARequestReachesTokensTakenBeforeAndAfterUntilItIsForgotten()
    {
        var before = Interruption.Token;
        Interruption.Reset();
        Assert.Equal(before, Interruption.Token);
        Interruption.Request();
        Assert.True(before.IsCancellationRequested);
        Assert.True(Interruption.Token.IsCancellationRequested);
        Interruption.Reset();
        Assert.True(before.IsCancellationRequested);
        Assert.False(Interruption.Token.IsCancellationRequested);
    }
}
