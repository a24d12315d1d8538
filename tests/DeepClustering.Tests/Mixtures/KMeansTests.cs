using CsCheck;
using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

public sealed class KMeansTests
{
    // sklearn.cluster.KMeans(3, n_init=1, tol=0) from given centres (1.2.1) ends in this optimum.
    [Fact]
    public void FindsTheOptimumOfScikitLearn()
    {
        using var scope = NewDisposeScope();
        var reference = References.Root.GetProperty("kMeans");
        using var clusters = KMeans.Fit(References.Points, new KMeansOptions { Clusters = 3, Restarts = 10, Tolerance = 0 });
        Near.Equal(reference.GetProperty("inertia").GetDouble(), clusters.Inertia, 1e-10);
        int[] labels = References.Labels(reference.GetProperty("labels"));
        var expected = References.Matrix(reference.GetProperty("centroids"));
        // The order of the clusters is arbitrary: each of theirs is one of ours, with the same points and the same centroid.
        for (int theirs = 0; theirs < 3; theirs++)
        {
            int ours = clusters.Labels[Array.IndexOf(labels, theirs)];
            Assert.Equal(labels.Select(label => label == theirs), clusters.Labels.Select(label => label == ours));
            Near.Equal(expected[theirs].data<double>().ToArray(), clusters.Centroids[ours], 1e-10);
        }
        Assert.True(clusters.Converged);
        Assert.Equal(clusters.Labels, clusters.Predict(References.Points));
    }

    [Fact]
    public void LabelsAndInertiaAreThoseOfTheNearestCentroid() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[5, 60], Gen.Int[1, 4], Gen.Int[0, 1000]).Sample((k, n, d, seed) =>
        {
            using var scope = NewDisposeScope();
            // Rounded, so that there are duplicates.
            var points = (randn(n, d, float64, generator: new Generator((ulong)seed)) * 3).round() + 100;
            using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = k, Seed = seed });
            var (distances, _) = (points.unsqueeze(1) - clusters.Centroids).square().sum(-1).min(1L);
            var chosen = (points - clusters.Centroids.index_select(0, tensor(clusters.Labels.ToArray()).to(int64))).square().sum(1);
            Near.Equal(distances.data<double>().ToArray(), chosen, 1e-9);
            Near.Equal(distances.sum().item<double>(), clusters.Inertia, 1e-9);
        }, iter: 60);

    [Fact]
    public void TheSameSeedGivesTheSameClusters()
    {
        using var scope = NewDisposeScope();
        var points = randn(300, 2, generator: new Generator(1));
        using var first = KMeans.Fit(points, new KMeansOptions { Clusters = 8, Seed = 3 });
        using var second = KMeans.Fit(points, new KMeansOptions { Clusters = 8, Seed = 3 });
        using var other = KMeans.Fit(points, new KMeansOptions { Clusters = 8, Seed = 4 });
        Assert.Equal(first.Labels, second.Labels);
        Assert.Equal(first.Centroids.data<double>().ToArray(), second.Centroids.data<double>().ToArray());
        Assert.NotEqual(first.Labels, other.Labels);
    }

    [Fact]
    public void MoreRestartsNeverDoWorse()
    {
        using var scope = NewDisposeScope();
        var points = randn(200, 2, generator: new Generator(2));
        double[] inertias = [.. new[] { 1, 4, 16 }.Select(restarts =>
        {
            using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = 12, Restarts = restarts });
            return clusters.Inertia;
        })];
        Assert.True(inertias[1] <= inertias[0] && inertias[2] <= inertias[1] && inertias[2] < inertias[0], string.Join(", ", inertias));
    }

    [Fact]
    public void PointsFarFromZeroAreClusteredTheSame()
    {
        using var scope = NewDisposeScope();
        var points = randn(300, 2, float64, generator: new Generator(7));
        using var near = KMeans.Fit(points, new KMeansOptions { Clusters = 4 });
        using var far = KMeans.Fit(points + 1e8, new KMeansOptions { Clusters = 4 });
        Assert.Equal(near.Labels, far.Labels);
        Near.Equal(near.Inertia, far.Inertia, 1e-6);
        Assert.Equal(near.Labels, far.Predict(points + 1e8));
    }

    [Fact]
    public void FewerDistinctPointsThanClustersLeaveNoInertia()
    {
        using var scope = NewDisposeScope();
        // Numbers whose squares are not exact: what rounding leaves of a distance of zero is not worth moving a cluster for.
        var points = randn(3, 5, float64, generator: new Generator(1)).repeat(20, 1);
        using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = 5 });
        Assert.Equal(0, clusters.Inertia);
        Assert.True(clusters.Converged);
        Assert.True(clusters.Centroids.isfinite().all().item<bool>());
        Assert.Equal(3, clusters.Labels.Distinct().Count());
    }

    // One of three in 40,000 small random sets whose run, from this seed, takes all points from a cluster on the way.
    [Fact]
    public void AClusterThatLosesItsPointsComesBack()
    {
        using var points = tensor(new[] { -16.0, -17, 7, 6, -8, -3, -13, -14, -13, -3, -13, 4, 7, 14, -2 }).unsqueeze(1);
        using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = 5, Seed = 6454, Tolerance = 0 });
        Assert.Equal(5, clusters.Labels.Distinct().Count());
        Assert.True(clusters.Converged);
    }

    [Fact]
    public void ReadsAsText()
    {
        using var points = tensor(new[] { 0f, 0f, 4f, 4f }).reshape(4, 1);
        using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = 1 });
        Assert.Equal("KMeans(K = 1, D = 1, inertia = 16, 3 iterations, converged)", clusters.ToString());
    }

    [Fact]
    public void RefusesOptionsOutOfRange()
    {
        Assert.Contains("Clusters", Assert.Throws<ArgumentOutOfRangeException>(() => new KMeansOptions { Clusters = 0 }).Message);
        Assert.Throws<ArgumentOutOfRangeException>("MaxIterations", () => new KMeansOptions { Clusters = 1, MaxIterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Restarts", () => new KMeansOptions { Clusters = 1, Restarts = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => new KMeansOptions { Clusters = 1, Tolerance = double.NaN });
    }

    [Fact]
    public void RefusesPointsThatCannotBeClustered()
    {
        using var scope = NewDisposeScope();
        var options = new KMeansOptions { Clusters = 3 };
        Assert.Contains("at least 3 points", Assert.Throws<ArgumentException>("points", () => KMeans.Fit(zeros(2, 4), options)).Message);
        Assert.Contains("(7)", Assert.Throws<ArgumentException>("points", () => KMeans.Fit(zeros(7), options)).Message);
        using var clusters = KMeans.Fit(ones(3, 2), options);
        foreach (double wrong in new[] { double.NaN, double.PositiveInfinity })
        {
            var points = zeros(4, 2, float64);
            points[2, 1] = tensor(wrong);
            foreach (var use in new Action[] { () => KMeans.Fit(points, options), () => clusters.Predict(points) })
            {
                Assert.Contains($"found {wrong} in row 2, column 1", Assert.Throws<ArgumentException>("points", use).Message);
            }
        }
        Assert.Contains("(N, 2)", Assert.Throws<ArgumentException>("points", () => clusters.Predict(zeros(3, 4))).Message);
    }
}
