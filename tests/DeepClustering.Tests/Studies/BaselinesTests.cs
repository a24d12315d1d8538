using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Studies;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Studies;

public sealed class BaselinesTests
{
    [Fact]
    public void PlainMethodsAreScoredBesideTheModelAndABetterOneIsNamed()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1);
        int[] classes = [.. Enumerable.Range(0, 90).Select(i => i % 3)];
        var rows = randn([90, 4], generator: random) + tensor(classes.Select(c => 20f * c).ToArray()).unsqueeze(1);
        int[] right = [.. classes.Select(c => (c + 1) % 3)], wrong = [.. classes.Select(c => Math.Min(c, 1))];

        var good = Baselines.Of(rows, right, 3, classes);
        Assert.Equal(["this model", "k-means", "diagonal Gaussian mixture"], good.Take(3).Select(row => row.Method));
        Assert.All(good.Take(3), row => Assert.Equal((1.0, 1.0), (row.Agreement, row.Accuracy)));
        Assert.Contains("at least as good", Baselines.Verdict(good), StringComparison.Ordinal);

        var bad = Baselines.Of(rows, wrong, 3, classes);
        Assert.Equal(2 / 3.0, bad[0].Accuracy!.Value, 1e-12);
        Assert.Contains("is better by the labels: 1.0000 against 0.6667", Baselines.Verdict(bad), StringComparison.Ordinal);
        Assert.Contains("Without labels nothing says", Baselines.Verdict(Baselines.Of(rows, right, 3)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(12, true)]      // 20 neighbours join heaps of 12
    [InlineData(100, false)]    // 80, the most that are tried, join none of 100
    public void MoreNeighboursAreTakenWhereTheGraphFallsIntoMorePartsThanClusters(int size, bool clustered)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(2);
        int[] heaps = [.. Enumerable.Range(0, 6 * size).Select(i => i % 6)];
        var rows = randn([heaps.Length, 2], generator: random) + tensor(heaps.Select(heap => 50f * heap).ToArray()).unsqueeze(1);
        int[] pairs = [.. heaps.Select(heap => heap / 2)];

        var methods = Baselines.Of(rows, pairs, 3, pairs).Select(row => row.Method);
        Assert.Equal(clustered, methods.Contains("spectral clustering"));
    }

    [Fact]
    public void FeaturesThatTellAClusterFromTheRestComeFirst()
    {
        // Cluster 0: a 0, 2; the others: 10, 12. Within variance 1: (1 − 11) / 1. Column c does not differ.
        var data = Dataset.FromFloats("table", ["a", "b", "c"], [0, 1, 5, 2, 2, 5, 10, 2, 5, 12, 1, 5]);
        var features = DistinguishingFeature.Of(data, [0, 0, 1, 1]);
        Assert.Equal([new(0, "a", 1, 11, -10), new(1, "a", 11, 1, 10)], features);
        Assert.Empty(DistinguishingFeature.Of(data, [3, 3, 3, 3]));
        var column = ColumnSummary.Of(data)[0];
        Assert.Equal(("a", 0.0, 6.0, 12.0), (column.Column, column.Least, column.Mean, column.Greatest));
        Assert.Equal(Math.Sqrt(26), column.StandardDeviation, 1e-12);
    }

    [Fact]
    public void ThreeClustersAreEachComparedWithAllOthers()
    {
        using var random = new Generator(3);
        using var values = rand([60, 2], generator: random);
        float[] numbers = values.data<float>().ToArray();
        int[] clusters = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        var feature = DistinguishingFeature.Of(Dataset.FromFloats("random", ["x", "y"], [.. numbers]), clusters).First(found => found.Cluster == 1 && found.Column == "x");
        double[] inside = [.. Enumerable.Range(0, 60).Where(i => clusters[i] == 1).Select(i => (double)numbers[2 * i])];
        double[] outside = [.. Enumerable.Range(0, 60).Where(i => clusters[i] != 1).Select(i => (double)numbers[2 * i])];
        double squares = inside.Sum(x => Math.Pow(x - inside.Average(), 2)) + outside.Sum(x => Math.Pow(x - outside.Average(), 2));
        Assert.Equal((inside.Average() - outside.Average()) / Math.Sqrt(squares / 60), feature.Difference, 1e-9);
    }
}
