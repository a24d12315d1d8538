using DeepClustering.Graphs;
using DeepClustering.Metrics;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Graphs;

public sealed class SpectralEmbeddingTests
{
    private static NeighborGraph Graph(Tensor points, int neighbors) => new(NearestNeighbors.Find(points, neighbors));

    // numpy.linalg.eigh of scipy's normalised Laplacian, and scikit-learn's spectral_embedding, which is arpack's.
    [Fact]
    public void EigenvaluesAndSpacesAreScikitLearns()
    {
        foreach (var reference in GraphReference.All)
        {
            using var scope = NewDisposeScope();
            var graph = Graph(reference.Tensor(float64), reference.Neighbors);
            Assert.Equal(reference.Components, graph.Components().Max() + 1);
            using var embedding = SpectralEmbedding.Of(graph, 12);
            Assert.All(reference.Eigenvalues.Zip(embedding.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
            // Vectors of an eigenvalue that comes twice are any basis of their space: what is compared is the projection onto all.
            var theirs = tensor(reference.Embedding.SelectMany(row => row).ToArray()).reshape(graph.Points, -1);
            theirs = linalg.qr(theirs).Q;
            var ours = embedding.Vectors.narrow(1, 0, reference.Clusters);
            Assert.Equal(0, (theirs - ours.mm(ours.t().mm(theirs))).norm().item<double>(), 1e-6);
        }
    }

    // Lanczos, and the direct decomposition of the same matrix.
    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 3)]
    public void LargerGraphsGiveThePairsOfADirectDecomposition(int dimension, int parts)
    {
        using var scope = NewDisposeScope();
        var points = randn(900, dimension, float64, generator: new Generator(4)) + 100 * (arange(900, dtype: float64) % parts).unsqueeze(1);
        var graph = Graph(points, 6);
        using var embedding = SpectralEmbedding.Of(graph, 16);
        var values = linalg.eigvalsh(graph.ToNormalizedTensor()).flip(0).narrow(0, 0, 16);
        Assert.All(values.data<double>().ToArray().Zip(embedding.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-10));
        Assert.InRange(embedding.Residual, 0, 1e-7);
        var vectors = embedding.Vectors;
        Assert.Equal(0, (vectors.t().mm(vectors) - eye(16, dtype: float64)).norm().item<double>(), 1e-9);
        var left = graph.ToNormalizedTensor().mm(vectors) - vectors * tensor(embedding.Values.ToArray());
        Assert.Equal(0, left.norm().item<double>(), 1e-6);
    }

    // Points around a circle: every eigenvalue but the first comes twice. Four such circles: the first four times, the others eight.
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void EigenvaluesThatComeSeveralTimesAreAllFound(int circles)
    {
        using var scope = NewDisposeScope();
        const int onCircle = 240;
        var angle = arange(onCircle, dtype: float64) * (2 * Math.PI / onCircle);
        var circle = stack([angle.cos(), angle.sin()], 1);
        var graph = Graph(cat([.. Enumerable.Range(0, circles).Select(i => circle + 10.0 * i)]), 2);
        using var embedding = SpectralEmbedding.Of(graph, 4 * circles + circles, maxRestarts: 5000);
        double[] expected = [.. new[] { 0, 1, 1, 2, 2 }.SelectMany(j => Enumerable.Repeat(Math.Cos(2 * Math.PI * j / onCircle), circles))];
        Assert.All(expected.Zip(embedding.Values), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    // The products of the filter are in float32; what it leaves is not.
    [Fact]
    public void ResidualsGoFarBelowTheRoundingOfFloat32()
    {
        using var scope = NewDisposeScope();
        var graph = Graph(randn(900, 4, generator: new Generator(6)), 8);
        using var embedding = SpectralEmbedding.Of(graph, 6, tolerance: 1e-12);
        Assert.InRange(embedding.Residual, 0, 2e-12);
    }

    [Fact]
    public void PartsWithoutAnEdgeBetweenThemAreWhollyApart()
    {
        using var scope = NewDisposeScope();
        var points = randn(600, 2, float64, generator: new Generator(2)) + 100 * (arange(600, dtype: float64) % 3).unsqueeze(1);
        var graph = Graph(points, 20);
        Assert.Equal([.. Enumerable.Range(0, 600).Select(point => point % 3)], graph.Components());
        using var embedding = SpectralEmbedding.Of(graph, 3);
        Assert.All(embedding.Values, value => Assert.Equal(1, value, 1e-12));
        int[] clusters = SpectralClustering.Fit(embedding, new() { Clusters = 3 });
        Assert.Equal(1, ClusteringAccuracy.Score(graph.Components(), clusters).Accuracy);
        var error = Assert.Throws<ArgumentException>("graph", () => SpectralEmbedding.Of(graph, 2));
        Assert.Contains("3 parts", error.Message);
    }

    [Fact]
    public void TheSameSeedGivesTheSameVectors()
    {
        using var scope = NewDisposeScope();
        var graph = Graph(randn(700, 3, generator: new Generator(5)), 10);
        using SpectralEmbedding first = SpectralEmbedding.Of(graph, 5), second = SpectralEmbedding.Of(graph, 5);
        Assert.Equal(first.Vectors.data<double>().ToArray(), second.Vectors.data<double>().ToArray());
        Assert.All(Enumerable.Range(0, 5), column => Assert.True(first.Vectors.select(1, column).max().item<double>() >= -first.Vectors.select(1, column).min().item<double>()));
    }

    [Fact]
    public void SaysWhenItDoesNotConverge()
    {
        using var scope = NewDisposeScope();
        var graph = Graph(randn(700, 1, generator: new Generator(5)), 10);
        Assert.Throws<InvalidOperationException>(() => SpectralEmbedding.Of(graph, 10, tolerance: 1e-30, maxRestarts: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpectralEmbedding.Of(graph, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SpectralEmbedding.Of(graph, 701));
    }
}
