using CsCheck;
using DeepClustering.Metrics;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Metrics;

public sealed class SilhouetteTests
{
    [Fact]
    public void EqualsScikitLearnInFloat64()
    {
        Assert.All(Fixture.Clusterings, reference =>
        {
            using var points = reference.Tensor(ScalarType.Float64);
            // Duplicates: scikit-learn's own matrix-product distances err by 1e-8 there.
            AssertClose(reference.Silhouettes, Silhouette.Samples(points, reference.Labels), 1e-7);
            Assert.Equal(reference.Silhouette, Silhouette.Score(points, reference.Labels), 5e-8);
        });
    }

    [Fact]
    public void EqualsScikitLearnInFloat32()
    {
        // float32 cannot hold the points of the case far from the origin.
        Assert.All(Fixture.Clusterings.Where(reference => reference.Points.Max() < 999), reference =>
        {
            using var points = reference.Tensor(ScalarType.Float32);
            AssertClose(reference.Silhouettes, Silhouette.Samples(points, reference.Labels), 2e-6);
            Assert.Equal(reference.Silhouette, Silhouette.Score(points, reference.Labels), 5e-7);
        });
    }

    [Fact]
    public void ByHandWithASingleton()
    {
        using var points = tensor(new double[] { 0, 2, 5, 5, 100 }).reshape(5, 1);
        // Point 0: a = 2, b = 5; point 2: a = 3, b = 5 (to 0 and 2: 4); points 5: a = 0; point 100 is alone.
        double[] expected = new[] { (5 - 2) / 5.0, (3 - 2) / 3.0, 1, 1, 0 };
        AssertClose(expected, Silhouette.Samples(points, [-1, -1, 4, 4, 9]), 1e-15);
    }

    [Fact]
    public void CoincidingPointsScoreZero()
    {
        using var points = zeros(4, 3, ScalarType.Float32);
        Assert.Equal([0, 0, 0, 0], Silhouette.Samples(points, [0, 0, 1, 1]));
    }

    [Fact]
    public void ManyBlocksAndTilesAgreeWithTheDefinition()
    {
        // More points a cluster than a tile has columns, more rows than a block, and a remainder of both.
        using var scope = NewDisposeScope();
        using var generator = new Generator(7);
        var points = randn(2500, 3, ScalarType.Float64, generator: generator);
        int[] labels = Enumerable.Range(0, 2500).Select(n => n % 10 < 8 ? 0 : n % 10 - 7).ToArray();
        var distances = cdist(points, points, 2, compute_mode.donot_use_mm_for_euclid_dist);
        double[] expected = Definition(distances.data<double>().ToArray(), labels);
        AssertClose(expected, Silhouette.Samples(points, labels), 1e-12);
        AssertClose(expected, Silhouette.Samples(points.to(ScalarType.Float32), labels), 1e-5);
    }

    [Fact]
    public void NamesOrderAndScaleDoNotMatter()
    {
        var cases = Gen.Select(Gen.Int[4, 40], Gen.Int).SelectMany((n, seed) =>
            Gen.Select(Gen.Double[-5, 5].Array[2 * n], Gen.Int[0, 2].Array[n], LabellingGen.Names, Gen.Const(seed)));
        cases.Where((_, labels, _, _) => labels.Distinct().Count() > 1).Sample((values, labels, names, seed) =>
        {
            using var scope = NewDisposeScope();
            int[] order = Enumerable.Range(0, labels.Length).ToArray();
            new Random(seed).Shuffle(order);
            var points = tensor(values).reshape(-1, 2);
            var shuffled = points.index_select(0, tensor(order, ScalarType.Int64)) * 1e3;
            double[] original = Silhouette.Samples(points, labels);
            int[] renamed = LabellingGen.Rename([.. order.Select(n => labels[n])], names);
            AssertClose([.. order.Select(n => original[n])], Silhouette.Samples(shuffled, renamed), 1e-9);
        }, iter: 100, threads: 1);
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(1e-30)]
    public void SquaresBeyondFloat32DoNotHurt(double scale)
    {
        var reference = Fixture.Clusterings[0];
        using var scope = NewDisposeScope();
        var points = (reference.Tensor(ScalarType.Float64) * scale).to(ScalarType.Float32);
        AssertClose(reference.Silhouettes, Silhouette.Samples(points, reference.Labels), 2e-6);
    }

    [Fact]
    public void PointsThatAreAViewAndTakeGradients()
    {
        var reference = Fixture.Clusterings[0];
        using var scope = NewDisposeScope();
        var points = reference.Tensor(ScalarType.Float64).t().contiguous().requires_grad_().t();
        AssertClose(reference.Silhouettes, Silhouette.Samples(points, reference.Labels), 1e-9);
    }

    [Fact]
    public void ASampleOfAllPointsIsExact()
    {
        var reference = Fixture.Clusterings[^1];
        using var points = reference.Tensor(ScalarType.Float64);
        var estimate = Silhouette.Sampled(points, reference.Labels, reference.Labels.Length, seed: 3);
        Assert.Equal(reference.Silhouette, estimate.Mean, 5e-10);
        Assert.Equal(0, estimate.StandardError);
    }

    [Fact]
    public void SamplesAreUnbiasedAndTheirErrorIsTheStandardError()
    {
        var reference = Fixture.Clusterings[^1];
        using var points = reference.Tensor(ScalarType.Float64);
        var estimates = Enumerable.Range(0, 400).Select(seed => Silhouette.Sampled(points, reference.Labels, 50, seed)).ToArray();

        // s² (1 - n/N) / n from all coefficients, the sampling theory of a finite population.
        double variance = reference.Silhouettes.Sum(s => Math.Pow(s - reference.Silhouette, 2)) / (reference.Silhouettes.Length - 1);
        double theory = Math.Sqrt(variance / 50 * (1 - 50.0 / reference.Silhouettes.Length));
        Assert.InRange(estimates.Average(e => e.Mean) - reference.Silhouette, -4 * theory / 20, 4 * theory / 20);
        Assert.InRange(Math.Sqrt(estimates.Average(e => e.StandardError * e.StandardError)) / theory, 0.95, 1.05);
        Assert.InRange(Math.Sqrt(estimates.Average(e => Math.Pow(e.Mean - reference.Silhouette, 2))) / theory, 0.85, 1.15);
    }

    [Fact]
    public void TheSeedDecidesTheSample()
    {
        var reference = Fixture.Clusterings[0];
        using var points = reference.Tensor(ScalarType.Float32);
        Assert.Equal(Silhouette.Sampled(points, reference.Labels, 20, 1), Silhouette.Sampled(points, reference.Labels, 20, 1));
        Assert.NotEqual(Silhouette.Sampled(points, reference.Labels, 20, 1), Silhouette.Sampled(points, reference.Labels, 20, 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(101)]
    public void TheSampleSizeMustFit(int sampleSize)
    {
        var reference = Fixture.Clusterings[0];
        using var points = reference.Tensor(ScalarType.Float32);
        Assert.Throws<ArgumentOutOfRangeException>(nameof(sampleSize), () => Silhouette.Sampled(points, reference.Labels, sampleSize, 1));
    }

    private static void AssertClose(double[] expected, double[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int n = 0; n < expected.Length; n++)
        {
            Assert.Equal(expected[n], actual[n], tolerance);
        }
    }

    private static double[] Definition(double[] distances, int[] labels)
    {
        int n = labels.Length;
        var members = Enumerable.Range(0, n).ToLookup(i => labels[i]);
        return [.. Enumerable.Range(0, n).Select(i =>
        {
            double MeanTo(IEnumerable<int> points) => points.Average(j => distances[i * n + j]);
            double a = MeanTo(members[labels[i]].Where(j => j != i));
            double b = members.Where(cluster => cluster.Key != labels[i]).Min(MeanTo);
            return (b - a) / Math.Max(a, b);
        })];
    }
}
