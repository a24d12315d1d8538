using DeepClustering.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Metrics;

/// <summary>Calinski-Harabasz and Davies-Bouldin, and the checks of labelled points, which all metrics of points share.</summary>
public sealed class DispersionTests
{
    private static readonly Dictionary<string, Func<Tensor, IReadOnlyList<int>, double>> _scores = new()
    {
        [nameof(Silhouette)] = Silhouette.Score,
        [nameof(CalinskiHarabasz)] = CalinskiHarabasz.Score,
        [nameof(DaviesBouldin)] = DaviesBouldin.Score,
    };

    public static TheoryData<string> MetricsOfPoints => [.. _scores.Keys];

    [Fact]
    public void EqualScikitLearn()
    {
        Assert.All(Fixture.Clusterings, reference =>
        {
            using var points = reference.Tensor(ScalarType.Float64);
            AssertRelative(reference.CalinskiHarabasz, CalinskiHarabasz.Score(points, reference.Labels), 1e-6);
            AssertRelative(reference.DaviesBouldin, DaviesBouldin.Score(points, reference.Labels), 1e-6);
        });
    }

    [Fact]
    public void Float32PointsLoseNothingButTheirRounding()
    {
        var reference = Fixture.Clusterings[^2];
        using var points = reference.Tensor(ScalarType.Float32);
        AssertRelative(reference.CalinskiHarabasz, CalinskiHarabasz.Score(points, reference.Labels), 1e-6);
        AssertRelative(reference.DaviesBouldin, DaviesBouldin.Score(points, reference.Labels), 1e-6);
    }

    [Fact]
    public void ByHand()
    {
        using var points = tensor(new double[] { 0, 2, 10, 14 }).reshape(4, 1);
        // Centroids 1 and 12, mean 6.5: between 2 * 30.25 * 2 = 121, within 1 + 1 + 4 + 4 = 10; spreads 1 and 2, 11 apart.
        Assert.Equal(121 / (10 / 2.0), CalinskiHarabasz.Score(points, [5, 5, 3, 3]), 5e-13);
        Assert.Equal(3 / 11.0, DaviesBouldin.Score(points, [5, 5, 3, 3]), 5e-13);
    }

    [Fact]
    public void ClustersWithoutExtent()
    {
        using var points = tensor(new double[] { 1, 1, 2, 2 }).reshape(4, 1);
        Assert.Equal(1, CalinskiHarabasz.Score(points, [0, 0, 1, 1]));
        Assert.Equal(0, DaviesBouldin.Score(points, [0, 0, 1, 1]));
    }

    [Fact]
    public void ClustersWithTheSameCentroid()
    {
        using var points = tensor(new double[] { -1, 1, -2, 2 }).reshape(4, 1);
        Assert.Equal(0, CalinskiHarabasz.Score(points, [0, 0, 1, 1]));
        Assert.Equal(0, DaviesBouldin.Score(points, [0, 0, 1, 1]));

        // A third cluster at 10: the coinciding pair does not count, so both look at the third. Spreads 1, 2, 1; scikit-learn 1.2.1 gives 0.2667 too.
        using var three = tensor(new double[] { -1, 1, -2, 2, 9, 11 }).reshape(6, 1);
        Assert.Equal((0.2 + 0.3 + 0.3) / 3, DaviesBouldin.Score(three, [0, 0, 1, 1, 2, 2]), 5e-13);
    }

    [Theory]
    [MemberData(nameof(MetricsOfPoints))]
    public void TheNumberOfLabelsIsTwoToNMinusOne(string metric)
    {
        var score = _scores[metric];
        using var points = rand(4, 2);
        var one = Assert.Throws<ArgumentException>("labels", () => score(points, [8, 8, 8, 8]));
        Assert.StartsWith("Number of labels is 1. Valid values are 2 to 3", one.Message, StringComparison.Ordinal);
        var all = Assert.Throws<ArgumentException>("labels", () => score(points, [0, 1, 2, 3]));
        Assert.StartsWith("Number of labels is 4.", all.Message, StringComparison.Ordinal);
        Assert.True(double.IsFinite(score(points, [0, 1, 2, 2])));
    }

    [Theory]
    [MemberData(nameof(MetricsOfPoints))]
    public void LabelsAreOnlyNames(string metric)
    {
        var score = _scores[metric];
        using var points = rand(60, 3, generator: new Generator(2));
        double expected = score(points, [.. Enumerable.Range(0, 60).Select(n => n % 3)]);
        int[][] names = [[-7, -6, -5], [3, 4, 90], [int.MinValue, 0, int.MaxValue]];
        Assert.All(names, name => Assert.Equal(expected, score(points, [.. Enumerable.Range(0, 60).Select(n => name[n % 3])])));
    }

    [Theory]
    [MemberData(nameof(MetricsOfPoints))]
    public void PointsAreChecked(string metric)
    {
        var score = _scores[metric];
        using var scope = NewDisposeScope();
        var lengths = Assert.Throws<ArgumentException>("labels", () => score(rand(4, 2), [0, 1, 1]));
        Assert.Contains("4 points and 3 labels", lengths.Message, StringComparison.Ordinal);

        Assert.Throws<ArgumentException>("points", () => score(rand(4), [0, 1, 1, 0]));
        Assert.Throws<ArgumentException>("points", () => score(rand(4, 0), [0, 1, 1, 0]));
        var type = Assert.Throws<ArgumentException>("points", () => score(ones(4, 2, ScalarType.Int64), [0, 1, 1, 0]));
        Assert.Contains("Int64", type.Message, StringComparison.Ordinal);

        foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
        {
            var points = tensor(new[] { 1f, 2, 3, 4, bad, 6, bad, 8 }).reshape(4, 2);
            var error = Assert.Throws<ArgumentException>("points", () => score(points, [0, 1, 1, 0]));
            Assert.Contains("2 of 4 points, first in point 2", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MetricsKeepNoTensors()
    {
        using var points = rand(50, 4);
        int[] labels = Enumerable.Range(0, 50).Select(n => n % 5).ToArray();
        using var scope = NewDisposeScope();
        Silhouette.Score(points, labels);
        CalinskiHarabasz.Score(points, labels);
        DaviesBouldin.Score(points, labels);
        Assert.Equal(0, scope.DisposablesCount);
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.InRange(Math.Abs(actual - expected), 0, tolerance * Math.Abs(expected));
}
