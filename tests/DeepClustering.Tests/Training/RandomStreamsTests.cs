using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

public sealed class RandomStreamsTests
{
    /// <summary>Python: struct.unpack('&lt;q', hashlib.sha256(b"1/distortions").digest()[:8]).</summary>
    [Theory]
    [InlineData(1, "distortions", -8805117397152038717)]
    [InlineData(1, "pretraining", 1763576710018732828)]
    [InlineData(-5, "start 2 model", -1422374372880328864)]
    public void AStreamsSeedIsThatOfTheDocumentedRule(long root, string name, long seed) => Assert.Equal(seed, RandomStreams.Seed(root, name));
}
