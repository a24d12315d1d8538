using DeepClustering.Studies;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Studies;

public sealed class ClusterCountTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Gaussians of unit variance whose means lie so far apart on the axes that no point is between two.</summary>
    private static Tensor Separated(int clusters, int points, long seed)
    {
        using var random = new Generator((ulong)seed);
        return cat([.. Enumerable.Range(0, clusters).Select(c =>
        {
            var mean = zeros(6);
            mean[c % 6] = c < 6 ? 12 : -12;
            return randn([points, 6], generator: random) + mean;
        })]);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(7)]
    public void SeparatedGaussiansAreCounted(int clusters)
    {
        var count = ClusterCount.Of(Separated(clusters, 60, clusters), new() { Most = 9, Resamples = 2 });
        Assert.Equal(clusters, count.Chosen);
        Assert.Equal(clusters, count.ByBic);
        Assert.Equal(9, count.Bic.Count);
        Assert.Equal(8, count.Stability.Count);
        Assert.InRange(count.Stability[clusters - 2], 0.95, 1);
    }

    [Fact]
    public void TheSameSeedGivesTheSameAnswerAndLargeSetsAreSampled()
    {
        var points = Separated(3, 200, 5);
        var options = new ClusterCountOptions { Most = 5, Resamples = 2, MaxPoints = 150 };
        var (one, two) = (ClusterCount.Of(points, options), ClusterCount.Of(points, options));
        Assert.Equal(3, one.Chosen);
        Assert.Equal(one.Bic, two.Bic);
        Assert.Equal(one.Stability, two.Stability);
    }

    [Fact]
    public void EqualPointsAreOneClusterByTheBicAndTooFewAreRefused()
    {
        Assert.Equal(1, ClusterCount.Of(ones(40, 3), new() { Most = 3, Resamples = 1 }).ByBic);
        Assert.Contains("at least 10 points", Assert.Throws<ArgumentException>(() => ClusterCount.Of(rand(9, 3))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new ClusterCountOptions { Most = 1 });
    }
}
