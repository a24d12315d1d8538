using DeepClustering.Graphs;
using DeepClustering.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Graphs;

public sealed class SpectralClusteringTests
{
    [Theory]
    [InlineData("blobs")]
    [InlineData("moons")]
    public void SeparatedClustersAreScikitLearns(string name)
    {
        var reference = GraphReference.All.Single(reference => reference.Name == name);
        using var points = reference.Tensor(float64);
        int[] clusters = SpectralClustering.Fit(points, new() { Clusters = reference.Clusters, Neighbors = reference.Neighbors });
        Assert.Equal(1, AdjustedRandIndex.Score(reference.Labels, clusters), 1e-12);
    }

    // What k-means on the points cannot do.
    [Fact]
    public void MoonsAreTwo()
    {
        var reference = GraphReference.All.Single(reference => reference.Name == "moons");
        using var points = reference.Tensor(ScalarType.Float32);
        int[] clusters = SpectralClustering.Fit(points, new() { Clusters = 2, Seed = 3 });
        Assert.True(AdjustedRandIndex.Score(reference.Labels, clusters) > 0.99);
    }

    [Fact]
    public void AnIsolatedGroupOfDuplicatesIsACluster()
    {
        using var scope = NewDisposeScope();
        var points = cat([randn(40, 2, generator: new Generator(1)), full(12, 2, 50f)]);
        int[] clusters = SpectralClustering.Fit(points, new() { Clusters = 2 });
        Assert.Equal(Enumerable.Repeat(1 - clusters[0], 12), clusters[40..]);
        Assert.Single(clusters[..40].Distinct());
    }

    [Fact]
    public void ThereCannotBeMoreNeighboursThanOtherPoints()
    {
        using var points = randn(8, 2);
        Assert.Throws<ArgumentOutOfRangeException>("neighbors", () => SpectralClustering.Fit(points, new() { Clusters = 2 }));
    }
}
