using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

public sealed class StartsFromTheGraphTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    /// <summary>Rings around the same centre, which no Gaussian mixture tells apart.</summary>
    private static (Tensor Codes, int[] Labels) Rings(int rings, int points)
    {
        int[] labels = [.. Enumerable.Range(0, rings * points).Select(i => i / points)];
        var angles = arange(rings * points, float64) * (2 * Math.PI / points);
        var radii = tensor(labels).to(float64) * 3 + 2;
        return (stack([cos(angles) * radii, sin(angles) * radii], 1).to(float32), labels);
    }

    [Fact]
    public void RingsAreFoundByOneStartWhereTheGraphFallsIntoThem()
    {
        var (codes, labels) = Rings(3, 40);
        using var start = Assert.Single(StartClusters.OfGraphs(codes, new() { Neighbors = [4] }, new() { Components = 3 }));
        Assert.Equal(1, ClusteringAccuracy.Score(labels, start.Labels).Accuracy);
        Assert.Equal("graph of 4 neighbours, 3 eigenvectors", start.Origin);
    }

    [Fact]
    public void TheMixtureIsThatOfTheClustersSharesMeansAndVariances()
    {
        var (codes, _) = Rings(2, 30);
        using var start = StartClusters.OfGraphs(codes, new() { Neighbors = [5] }, new() { Components = 2, VarianceFloor = 0.125 })[0];
        for (int c = 0; c < 2; c++)
        {
            double[][] members = [.. Enumerable.Range(0, 60).Where(row => start.Labels[row] == c).Select(row => new double[] { codes[row, 0].item<float>(), codes[row, 1].item<float>() })];
            Assert.Equal(members.Length / 60.0, start.Weights[c].item<double>(), 1e-12);
            for (int d = 0; d < 2; d++)
            {
                double mean = members.Average(member => member[d]);
                Assert.Equal(mean, start.Means[c, d].item<double>(), 1e-6);
                Assert.Equal(members.Average(member => (member[d] - mean) * (member[d] - mean)) + 0.125, start.Variances[c, d].item<double>(), 1e-5);
            }
        }
    }

    [Fact]
    public void StartsThatAgreeAreOneAndThoseThatDoNotAreSeveral()
    {
        var codes = randn(200, 3, generator: new Generator(2));
        int Number(double same)
        {
            var starts = StartClusters.OfGraphs(codes, new() { Same = same }, new() { Components = 4 });
            foreach (var start in starts)
            {
                start.Dispose();
            }
            return starts.Count;
        }
        Assert.Equal(1, Number(same: 0));
        Assert.Equal(3, Number(same: 1));
    }

    [Fact]
    public void OfMoreStartsThanAreAskedForTheOnesThatTellMostAboutNeighboursAreTried()
    {
        var codes = randn(200, 3, generator: new Generator(2));
        var neighbors = NearestNeighbors.Find(codes, 10);
        double[] Telling(GraphStarts starts)
        {
            var found = StartClusters.OfGraphs(codes, starts, new() { Components = 4 });
            double[] nats = [.. found.Select(start => NeighborInformation.Of(neighbors, start.Labels))];
            foreach (var start in found)
            {
                start.Dispose();
            }
            return nats;
        }
        var starts = new GraphStarts { Neighbors = [8, 15], Same = 1 };
        double[] all = Telling(starts);
        Assert.Equal([.. all.OrderDescending().Take(3)], Telling(starts with { Most = 3 }));
        Assert.Equal([.. all.OrderDescending()], Telling(starts with { Most = 100 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => starts with { Most = 0 });
    }

    [Fact]
    public void AGraphInTooManyPartsGetsMoreNeighboursAndElseThereIsNoStart()
    {
        // Twenty heaps of three: with two neighbours each they are parts of their own, more than the eight eigenvectors.
        var centres = arange(20, float32).unsqueeze(1) * 100;
        var heaps = (centres.unsqueeze(1) + rand([20, 3, 1], generator: new Generator(1))).reshape(60, 1);
        var found = StartClusters.OfGraphs(heaps, new() { Neighbors = [2] }, new() { Components = 2 });
        Assert.NotEmpty(found);
        Assert.All(found, start => Assert.DoesNotContain("of 2 neighbours", start.Origin, StringComparison.Ordinal));
        // Heaps of forty stay apart up to the eight times as many neighbours that are tried.
        var large = (arange(20, float32).unsqueeze(1) * 100).unsqueeze(1).add(rand([20, 40, 1], generator: new Generator(1))).reshape(800, 1);
        Assert.Empty(StartClusters.OfGraphs(large, new() { Neighbors = [2] }, new() { Components = 2 }));
        foreach (var start in found)
        {
            start.Dispose();
        }
    }

    [Fact]
    public void ACodeOfOnePlaceAndFewerRowsThanNeighboursAreNoError()
    {
        foreach (var codes in new[] { ones(30, 2), randn(5, 2, generator: new Generator(1)) })
        {
            using var start = StartClusters.OfGraphs(codes, new(), new() { Components = 3 })[0];
            Assert.True(start.Weights.gt(0).all().item<bool>());
            Assert.True(start.Variances.gt(0).all().item<bool>());
            Assert.True(start.Means.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void OfAllClusteringsOfTheRowsTheOneThatKeepsNeighboursTogetherIsTheStart()
    {
        // Rings are for the graph alone; k-means and the mixture cut across them. The code is another, in which the clusters are described.
        var (rows, labels) = Rings(3, 200);
        var codes = stack([tensor(labels).to(float32), ones(600)], 1);
        using var start = StartClusters.OfRows(rows, codes, new() { OfRows = true, Neighbors = [4, 20], MoreEigenvectors = [0, 2] }, new() { Components = 3 });
        Assert.Equal(1, ClusteringAccuracy.Score(labels, start.Labels).Accuracy);
        Assert.Contains("eigenvectors of the rows", start.Origin, StringComparison.Ordinal);
        Assert.Equal([0, 1, 2], start.Means.select(1, 0).data<double>().ToArray().Order(), (a, b) => Math.Abs(a - b) < 1e-9);
        // Where a graph has too many parts to be cut by, there are still the other two.
        var apart = (arange(20, float32).unsqueeze(1) * 100).unsqueeze(1).add(rand([20, 40, 1], generator: new Generator(1))).reshape(800, 1);
        using var other = StartClusters.OfRows(apart, apart, new() { OfRows = true, Neighbors = [2] }, new() { Components = 2 });
        Assert.Contains(other.Origin, new[] { "k-means of the rows", "mixture of the rows" });
        foreach (var few in new[] { ones(30, 2), ones(1, 2), randn(4, 2, generator: new Generator(1)) })
        {
            using var degenerate = StartClusters.OfRows(few, few, new() { OfRows = true }, new() { Components = few.shape[0] == 1 ? 1 : 3 });
            Assert.Equal(few.shape[0], degenerate.Labels.Length);
            Assert.True(degenerate.Variances.gt(0).all().item<bool>() && degenerate.Means.isfinite().all().item<bool>());
        }
    }

    [Fact]
    public void ClustersOfUnequalSizesAreNotCutEven()
    {
        // The information alone would rather cut the large heap in two and join the small ones: 0.69 + 0.2 nats and more against 0.6.
        var random = new Generator(4);
        int[] labels = [.. Enumerable.Repeat(0, 500), .. Enumerable.Repeat(1, 100), .. Enumerable.Repeat(2, 40)];
        var centres = tensor(new float[] { 0, 0, 0, 0, 0, 0, 12, 0, 0, 9, 12, 0 }).reshape(3, 4);
        var rows = centres.index_select(0, tensor(labels, int64)) + randn(640, 4, generator: random) * tensor(new float[] { 3, 1, 1, 1 });
        using var start = StartClusters.OfRows(rows, rows, new() { OfRows = true, Neighbors = [5, 10, 20], MoreEigenvectors = [0, 1, 2, 3, 4] }, new() { Components = 3 });
        Assert.True(ClusteringAccuracy.Score(labels, start.Labels).Accuracy > 0.99, start.Origin);
    }

    [Fact]
    public void NeighboursTellWhatTheClustersAreWorth()
    {
        var (codes, labels) = Rings(3, 40);
        var neighbors = NearestNeighbors.Find(codes, 4);
        Assert.Equal(Math.Log(3), NeighborInformation.Of(neighbors, labels), 1e-9);
        Assert.Equal(0, NeighborInformation.Of(neighbors, new int[120]), 1e-12);
        Assert.Equal((1, 0), (Math.Round(NeighborInformation.ShareOf(neighbors, labels), 9), NeighborInformation.ShareOf(neighbors, new int[120])));
        int[] unequal = [.. labels.Select(label => Math.Min(label, 1))];
        Assert.Equal((1, 0.637), (Math.Round(NeighborInformation.ShareOf(neighbors, unequal), 9), Math.Round(NeighborInformation.Of(neighbors, unequal), 3)));
        int[] halves = [.. Enumerable.Range(0, 120).Select(i => i % 40 / 20)];
        Assert.InRange(NeighborInformation.Of(neighbors, halves), 0.3, Math.Log(2));
        var random = new Random(1);
        int[] anything = [.. Enumerable.Range(0, 120).Select(_ => random.Next(2))];
        Assert.InRange(NeighborInformation.Of(neighbors, anything), 0, 0.05);
    }
}
