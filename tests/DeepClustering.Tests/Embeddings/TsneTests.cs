using DeepClustering.Embeddings;
using DeepClustering.Graphs;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Embeddings;

public sealed class TsneTests
{
    private static Tensor Random(int count, int dimension, ulong seed)
    {
        using var random = new Generator(seed);
        return randn([count, dimension], float64, generator: random);
    }

    /// <summary>KL(P ‖ Q) by its definition, in float64, P multiplied by the exaggeration.</summary>
    private static double Divergence(float[] affinities, double[] layout, double exaggeration)
    {
        int count = layout.Length / 2;
        double Weight(int i, int j) => i == j ? 0
            : 1 / (1 + Math.Pow(layout[i] - layout[j], 2) + Math.Pow(layout[count + i] - layout[count + j], 2));
        double sum = 0, divergence = 0;
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                sum += Weight(i, j);
            }
        }
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double p = exaggeration * affinities[i * count + j];
                divergence += i == j || p == 0 ? 0 : p * Math.Log(p / Weight(i, j)) + p / exaggeration * Math.Log(sum);
            }
        }
        return divergence;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(12)]
    public void TheGradientIsThatOfTheDivergence(double exaggeration)
    {
        using var scope = NewDisposeScope();
        const int count = 37;      // no whole number of vectors
        float[] affinities = TsneAffinities.Of(Random(count, 3, 1), 8);
        double[] layout = Random(2 * count, 1, 2).data<double>().ToArray(), gradient = new double[2 * count];
        new TsneForces(affinities, count).Gradient(layout, exaggeration, gradient);
        for (int i = 0; i < layout.Length; i++)
        {
            double At(double shift)
            {
                double[] shifted = [.. layout];
                shifted[i] += shift;
                return Divergence(affinities, shifted, exaggeration);
            }
            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i], 1e-6 * exaggeration);
        }
    }

    [Fact]
    public void AffinitiesAreADistributionOfTheGivenPerplexity()
    {
        using var scope = NewDisposeScope();
        const int count = 60;
        // All at distance √2 of each other: no point prefers another, whatever the perplexity.
        var corners = eye(count, dtype: float64);
        float[] even = TsneAffinities.Of(corners, count - 2);
        Assert.Equal(1, even.Sum(p => (double)p), 1e-5);
        Assert.All(Enumerable.Range(0, count), i => Assert.Equal(0, even[i * count + i]));
        Assert.All(even.Where(p => p > 0), p => Assert.Equal(1.0 / (count * (count - 1)), p, 1e-9));

        // One row's distances are those of every row: P is symmetric as it is, and its rows have the perplexity asked for.
        var angle = arange(count, float64) * (2 * Math.PI / count);
        float[] circle = TsneAffinities.Of(stack([angle.cos(), angle.sin()], 1), 7);
        for (int i = 0; i < count; i++)
        {
            double[] row = [.. circle.AsSpan(i * count, count).ToArray().Where(p => p > 0).Select(p => (double)p * count)];
            Assert.Equal(7, Math.Exp(-row.Sum(p => p * Math.Log(p))), 1e-3);
        }
    }

    [Fact]
    public void SeparatedClustersStayTogetherAndNeighboursRemain()
    {
        using var scope = NewDisposeScope();
        const int count = 300, groups = 6;
        var labels = arange(count, int64).remainder(groups);
        var points = Random(count, 10, 3) + 12 * Random(groups, 10, 4).index_select(0, labels);
        var layout = Tsne.Fit(points.to(float32));
        Assert.Equal([count, 2L], layout.shape);
        Assert.Equal(ScalarType.Float64, layout.dtype);
        Assert.Equal(0, layout.mean([0]).abs().max().item<double>(), 1e-9);
        var nearest = NearestNeighbors.Find(layout, 5);
        Assert.All(Enumerable.Range(0, count), i => Assert.All(nearest.Of(i).ToArray(), j => Assert.Equal(i % groups, j % groups)));
    }

    [Fact]
    public void TheSeedDecidesAndNothingElse()
    {
        using var scope = NewDisposeScope();
        var points = Random(50, 4, 6);
        double[] Fit(Tensor x, long seed) => Tsne.Fit(x, new() { Iterations = 60, Seed = seed }).data<double>().ToArray();
        double[] first = Fit(points, 1);
        _ = rand(5);
        Assert.Equal(first, Fit(points, 1));
        Assert.NotEqual(first, Fit(points, 2));
        // A power of two changes no bit of the ratios.
        Assert.Equal(first, Fit(points * 1024, 1));
    }

    [Fact]
    public void DuplicatesAndFarPointsHaveAPlace()
    {
        using var scope = NewDisposeScope();
        var points = cat([zeros([40, 2], float64), full([40, 2], 1e200, float64), Random(1, 2, 1)]);
        var layout = Tsne.Fit(points, new() { Iterations = 300, ExaggeratedIterations = 100 });
        Assert.True(layout.isfinite().all().item<bool>());
        var same = Tsne.Fit(ones(10, 3), new() { Iterations = 50 });
        Assert.True(same.isfinite().all().item<bool>());
        Assert.Equal([4, 2L], Tsne.Fit(Random(4, 3, 1), new() { Iterations = 20 }).shape);
    }

    [Fact]
    public void WhatIsNoSetOfPointsIsRefused()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<ArgumentException>(() => Tsne.Fit(rand(3, 2)));
        Assert.Throws<ArgumentException>(() => Tsne.Fit(rand(10)));
        Assert.Throws<ArgumentException>(() => Tsne.Fit(ones([10, 2], int64)));
        var broken = rand(10, 2);
        broken[3, 1] = float.NaN;
        Assert.Contains("NaN", Assert.Throws<ArgumentException>(() => Tsne.Fit(broken)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => new TsneOptions { Perplexity = 0.5 });
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => Tsne.Fit(rand(10, 2), cancellation: cancelled.Token));
    }
}
