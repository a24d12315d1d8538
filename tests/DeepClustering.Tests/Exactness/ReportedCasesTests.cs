using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Exactness;

/// <summary>Inputs that users of other programs reported, with values of exact arithmetic.</summary>
public sealed class ReportedCasesTests
{
    [Theory]
    [InlineData(new[] { 0.0, 0, 0, 218454, 218454 }, 1, 5.315805)]
    [InlineData(new[] { 704251.5, 701796.7, 704251.5, 701796.7, 949778.4, 93388.5, 949778.4, 93388.5, 949778.4, 93388.5 }, 2, 11.304622)]
    public void FullCovariancesOfDuplicatesAreTheFloor(double[] numbers, int dimensions, double logLikelihood)
    {
        using var points = tensor(numbers).reshape(-1, dimensions);
        using var mixture = GaussianMixture.Fit(points, new() { Components = 2, Covariance = CovarianceType.Full });
        using var floor = 1e-6 * eye(dimensions, dtype: float64).expand(2, dimensions, dimensions);
        Assert.True(mixture.Covariances.allclose(floor, rtol: 1e-12, atol: 0));
        Assert.Equal(logLikelihood, mixture.LogLikelihood(points), 5e-7);
        Assert.Equal(logLikelihood, mixture.History[^1], 5e-7);
    }

    [Fact]
    public void NarrowClustersFarApartKeepTheirLikelihood()
    {
        using var scope = NewDisposeScope();
        var shape = randn(400, 2, float64, generator: new Generator(1)).mm(tensor(new[] { 1.0, 1.0, 0.0, 0.007 }).reshape(2, 2));
        var options = new GaussianMixtureOptions { Components = 1, Covariance = CovarianceType.Full };
        using var one = GaussianMixture.Fit(shape, options);
        // Exact shifts: the same cluster twice, 2²³ apart, each with half the weight.
        var rounded = (shape * (1 << 20)).round() / (1 << 20);
        using var alone = GaussianMixture.Fit(rounded, options);
        using var both = GaussianMixture.Fit(cat([rounded, rounded + (1 << 23)]), options with { Components = 2 });
        Assert.Equal(alone.History[^1] - Math.Log(2), both.History[^1], 5e-10);
    }

    [Theory]
    [InlineData(1e2)]
    [InlineData(999999)]
    [InlineData(1e9)]
    [InlineData(1e10)]
    [InlineData(1e12)]
    public void AFarOutlierLeavesTheOthersTheirVariance(double outlier)
    {
        foreach (var type in Enum.GetValues<CovarianceType>())
        {
            using var points = tensor([0.0, 1, 2, 3, outlier]).unsqueeze(1);
            using var mixture = GaussianMixture.Fit(points, new() { Components = 2, Covariance = type });
            Assert.Equal(1.250001, mixture.Variances.max().item<double>(), 5e-11);
            // 0.8 of the weight has the density of a normal with that variance, 0.2 that of the floor.
            double expected = (0.8 * (Math.Log(0.8) - 0.5 * (Math.Log(2 * Math.PI * 1.250001) + 1.25 / 1.250001)))
                + (0.2 * (Math.Log(0.2) - 0.5 * Math.Log(2 * Math.PI * 1e-6)));
            Assert.Equal(expected, mixture.LogLikelihood(points), 5e-10);
            Assert.Equal((-10 * expected) + (5 * Math.Log(5)), mixture.Bic(points), 5e-9);
            Assert.Equal(-0.5270, expected, 5e-4);
        }
    }

    [Fact]
    public void TightClustersHaveInertia()
    {
        using var pairs = tensor([-1 - 1e-7, -1 + 1e-7, 1 - 1e-7, 1 + 1e-7]).unsqueeze(1);
        using var two = KMeans.Fit(pairs, new() { Clusters = 2 });
        Assert.Equal(4e-14, two.Inertia, 4e-22);
        // Bursts of 5 ms in epoch milliseconds, a year apart; then four of them a second apart.
        double[] burst = [-5, 0, 5];
        using var year = tensor(burst.Select(ms => 1.7e12 + ms).Concat(burst.Select(ms => 1.7e12 + 31_536_000_000 + ms)).ToArray()).unsqueeze(1);
        using var bursts = KMeans.Fit(year, new() { Clusters = 2 });
        Assert.Equal(100, bursts.Inertia, 5e-10);
        double[] far = [1.7e12, 1.7e12 + 1000, 1.73e12, 1.73e12 + 1000];
        using var seconds = tensor(far.SelectMany(start => burst.Select(ms => start + ms)).ToArray()).unsqueeze(1);
        using var four = KMeans.Fit(seconds, new() { Clusters = 4, Restarts = 10 });
        Assert.Equal(200, four.Inertia, 5e-10);
        Assert.Equal(4, four.Labels.Distinct().Count());
    }

    [Fact]
    public void EqualCountsScoreExactlyOne()
    {
        int[] labels = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
        var v = VMeasure.Score(labels, labels);
        Assert.Equal((1, 1, 1, 1), (v.Homogeneity, v.Completeness, v.Value, NormalizedMutualInformation.Score(labels, labels)));
    }

    [Theory]
    [InlineData(3.4e38f, 1f)]
    [InlineData(3.4e38f, 0.01f)]
    [InlineData(1e21f, 0.01f)]
    public void ANoDataValueLeavesTheSilhouetteOfTheOthers(float noData, float scale)
    {
        using var points = tensor([0f, 0.1f * scale, scale, 1.1f * scale, noData, noData]).unsqueeze(1);
        using var wide = points.to(float64);
        int[] labels = [0, 0, 1, 1, 2, 2];
        var (found, expected) = (Silhouette.Samples(points, labels), Silhouette.Samples(wide, labels));
        for (int n = 0; n < labels.Length; n++)
        {
            Assert.Equal(expected[n], found[n], 5e-6);
        }
        Assert.All(found[..4], s => Assert.InRange(s, 0.89, 0.91));
    }

    [Fact]
    public void AHundredThousandLabelsTakeNoTable()
    {
        int[] labels = [.. Enumerable.Range(0, 100_000)], random = [.. labels];
        new Random(1).Shuffle(random);
        Assert.Equal(1, ClusteringAccuracy.Score(labels, random).Accuracy);
        Assert.Equal(1, VMeasure.Score(labels, random).Value);
        Assert.Equal(1, NormalizedMutualInformation.Score(labels, random));
        Assert.Equal(1, AdjustedRandIndex.Score(labels, random));
        // Many points share a class or a cluster with others: one large connected part.
        var random2 = new Random(2);
        int[] classes = [.. labels.Select(_ => random2.Next(60_000))], clusters = [.. labels.Select(_ => random2.Next(60_000))];
        Assert.InRange(ClusteringAccuracy.Score(classes, clusters).Accuracy, 0.3, 0.6);
    }

    [Fact]
    public void SparseMatchingCountsAsManyAsTheDenseOne()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 300; trial++)
        {
            int n = random.Next(1, 60), classesAtMost = random.Next(1, 12), clustersAtMost = random.Next(1, 12);
            int[] classes = [.. Enumerable.Range(0, n).Select(_ => random.Next(classesAtMost))], clusters = [.. Enumerable.Range(0, n).Select(_ => random.Next(clustersAtMost))];
            var table = ContingencyTable.Of(classes, clusters);
            double[,] costs = new double[table.Classes.Count, table.Clusters.Count];
            for (int i = 0; i < costs.GetLength(0); i++)
            {
                for (int j = 0; j < costs.GetLength(1); j++)
                {
                    costs[i, j] = -table.Counts[i][j];
                }
            }
            double best = LinearAssignment.Minimize(costs).Select((j, i) => j is int column ? -costs[i, column] : 0).Sum();
            var accuracy = ClusteringAccuracy.Score(classes, clusters);
            Assert.Equal(best / n, accuracy.Accuracy, 5e-16);
            Assert.Equal(Math.Min(table.Classes.Count, table.Clusters.Count), accuracy.Assignment.Values.Count(value => value is not null));
        }
    }

    [Fact]
    public void EqualPointsHaveTheCalinskiHarabaszOfTheDocumentation()
    {
        using var points = full(7, 1, 0.1, float64);
        Assert.Equal(1, CalinskiHarabasz.Score(points, [0, 0, 0, 1, 1, 1, 1]));
        Assert.Equal(0, DaviesBouldin.Score(points, [0, 0, 0, 1, 1, 1, 1]));
    }

    [Theory]
    [InlineData(1e-9)]
    [InlineData(1e12)]
    [InlineData(1e150)]
    [InlineData(1e-200)]
    public void DispersionDoesNotDependOnTheScale(double scale)
    {
        using var points = scale * tensor([0.0, 2, 10, 14]).unsqueeze(1);
        Assert.Equal(121 / (10 / 2.0), CalinskiHarabasz.Score(points, [5, 5, 3, 3]), 5e-11);
        Assert.Equal(3 / 11.0, DaviesBouldin.Score(points, [5, 5, 3, 3]), 5e-13);
    }

    [Fact]
    public void IntegersAreNoMixture()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("Int64", Assert.Throws<ArgumentException>("means", () =>
            new GaussianMixture(CovarianceType.Spherical, ones(1, float64), zeros([1, 2], int64), ones(1, float64))).Message, StringComparison.Ordinal);
    }
}
