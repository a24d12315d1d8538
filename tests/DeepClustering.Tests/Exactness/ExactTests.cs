using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Exactness;

/// <summary>What is computed of points in float64, against rational arithmetic; roots and logarithms are taken of exact numbers.</summary>
[Trait("Speed", "slow")]
public sealed class ExactTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void CalinskiHarabaszIsExact() => ExactCase.Sample(c =>
    {
        using var points = c.ToTensor(c.Single);
        var (means, mean) = (Means(c), Mean([.. c.Points.Select(Exact)]));
        Rational between = 0, within = 0;
        for (int n = 0; n < c.Points.Length; n++)
        {
            between += Squared(means[c.Labels[n]], mean);
            within += Squared(Exact(c.Points[n]), means[c.Labels[n]]);
        }
        double expected = within.IsZero ? 1 : (between * (c.Points.Length - c.Clusters) / (within * (c.Clusters - 1))).ToDouble();
        // Centroids that coincide are told apart by no more than the last digit of the spread, of which the index takes the square.
        Near(expected, CalinskiHarabasz.Score(points, c.Labels), Math.Pow(2, -106) / Tolerance);
    });

    [Fact]
    public void DaviesBouldinIsExact() => ExactCase.Sample(c =>
    {
        using var points = c.ToTensor(c.Single);
        var means = Means(c);
        double[] spreads = [.. means.Select((mean, k) => Members(c, k).Average(point => Squared(Exact(point), mean).Sqrt()))];
        double expected = means.Select((mean, k) => means.Select((other, l) =>
            Squared(mean, other) is { IsZero: false } separation ? (spreads[k] + spreads[l]) / separation.Sqrt() : 0).Max()).Average();
        // Clusters 1 / DB spreads apart: the last digits of the spread are as much of the distance between them.
        Near(expected, DaviesBouldin.Score(points, c.Labels), expected * Math.Max(1, 16 * Math.Pow(2, -53) * expected / Tolerance));
    });

    [Fact]
    public void SilhouetteIsExact() => ExactCase.Sample(c =>
    {
        using var points = c.ToTensor();
        using var single = c.ToTensor(single: true);
        double[] expected = Silhouettes(c);
        var (found, inSingle) = (Silhouette.Samples(points, c.Labels), Silhouette.Samples(single, c.Labels));
        for (int n = 0; n < expected.Length; n++)
        {
            Assert.InRange(Math.Abs(expected[n] - found[n]), 0, Tolerance);
            // float32 keeps seven digits of each distance, where the points are float32.
            Assert.InRange(inSingle[n], -1, 1);
            Assert.InRange(c.Single ? Math.Abs(expected[n] - inSingle[n]) : 0, 0, 1e-5);
        }
    });

    [Fact]
    public void KMeansEndsAtCentroidsWithTheirExactInertia() => ExactCase.Sample(c =>
    {
        using var points = c.ToTensor(c.Single);
        using var clusters = KMeans.Fit(points, new() { Clusters = c.Clusters, Tolerance = 0, Restarts = 3 });
        Assert.True(clusters.Converged);
        var fitted = c with { Labels = [.. clusters.Labels] };
        var means = Enumerable.Range(0, c.Clusters).Select(k => Members(fitted, k).ToArray() is { Length: > 0 } own ? Mean([.. own.Select(Exact)]) : null).ToArray();
        Rational inertia = 0;
        for (int n = 0; n < c.Points.Length; n++)
        {
            Rational[] squared = [.. means.OfType<Rational[]>().Select(mean => Squared(Exact(c.Points[n]), mean))];
            var own = Squared(Exact(c.Points[n]), means[clusters.Labels[n]]!);
            Assert.False(squared.Any(other => other * (1 + Tolerance) < own), $"point {n} has a nearer centroid");
            inertia += own;
        }
        Near(inertia.ToDouble(), clusters.Inertia, 0);
        Assert.Equal(clusters.Labels, clusters.Predict(points));
        Assert.Equal(Math.Min(c.Clusters, c.Points.Select(point => string.Join(' ', point)).Distinct().Count()), clusters.Labels.Distinct().Count());
    });

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    public void AStepOfEmIsExact(CovarianceType type) => ExactCase.Sample(c =>
    {
        using var scope = NewDisposeScope();
        using var points = c.ToTensor(c.Single);
        // A mixture near the groups, of which everything is a float64 and thus exact.
        using var start = GaussianMixture.Fit(points, new() { Components = c.Clusters, Covariance = type, MaxIterations = 1 });
        using var copy = new GaussianMixture(type, start.Weights, start.Means, start.Covariances);
        using var next = GaussianMixture.Fit(points, new() { Components = c.Clusters, Covariance = type, MaxIterations = 1 }, copy);
        var joint = Joint(c, copy);
        double[] logDensities = [.. joint.Select(row => row.Largest + Math.Log(row.Exponentials.Sum()))];
        Near(logDensities.Average(), next.History[0], logDensities.Average(Math.Abs));
        double[] found = copy.LogDensities(points).data<double>().ToArray();
        for (int n = 0; n < found.Length; n++)
        {
            Near(logDensities[n], found[n], 1);
        }
        double[][] gamma = [.. joint.Select(row => row.Exponentials.Select(e => e / row.Exponentials.Sum()).ToArray())];
        // Where responsibilities hang on distances of many standard deviations, they hang on the last digits of the points.
        if (joint.Any(row => row.Sensitive) || Enumerable.Range(0, c.Clusters).Any(k => gamma.Sum(row => row[k]) < 1e-3))
        {
            return;
        }
        var (means, variances) = (next.Means.data<double>().ToArray(), next.Variances.contiguous().data<double>().ToArray());
        for (int k = 0; k < c.Clusters; k++)
        {
            var total = gamma.Aggregate(Rational.Zero, (sum, row) => sum + row[k]);
            Near(total.ToDouble() / c.Points.Length, next.Weights[k].item<double>(), 0);
            var expected = new Rational[c.Dimensions];
            for (int d = 0; d < c.Dimensions; d++)
            {
                var mean = gamma.Select((row, n) => (Rational)row[k] * c.Points[n][d]).Aggregate((a, b) => a + b) / total;
                expected[d] = gamma.Select((row, n) => (Rational)row[k] * (c.Points[n][d] - mean) * (c.Points[n][d] - mean)).Aggregate((a, b) => a + b) / total;
                Near(mean.ToDouble(), means[(k * c.Dimensions) + d], c.Points.Max(point => Math.Abs(point[d])));
            }
            for (int d = 0; d < c.Dimensions; d++)
            {
                var variance = type == CovarianceType.Diagonal ? expected[d] : expected.Aggregate((a, b) => a + b) / c.Dimensions;
                Near((variance + 1e-6).ToDouble(), variances[(k * c.Dimensions) + d], 0);
            }
        }
    });

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void AFitIsAMixtureToItsOwnConstructor(CovarianceType type) => ExactCase.Sample(c =>
    {
        using var points = c.ToTensor(c.Single);
        using var mixture = GaussianMixture.Fit(points, new() { Components = c.Clusters, Covariance = type });
        using var copy = new GaussianMixture(type, mixture.Weights, mixture.Means, mixture.Covariances);
        Assert.All(mixture.History, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(Enumerable.Repeat(1.0, c.Points.Length), copy.Responsibilities(points).sum(1).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-12);
    });

    [Fact]
    public void LabellingsKeepTheirRangesAndEqualOnesAreExactlyOne() => ExactCase.Sample(c =>
    {
        int[] other = [.. c.Points.Select((_, n) => n % 3)], renamed = [.. c.Labels.Select(label => 7 - (2 * label))];
        foreach (int[]? clusters in new[] { c.Labels, renamed, other })
        {
            var v = VMeasure.Score(c.Labels, clusters);
            double[] scores = [v.Homogeneity, v.Completeness, v.Value, NormalizedMutualInformation.Score(c.Labels, clusters), ClusteringAccuracy.Score(c.Labels, clusters).Accuracy];
            Assert.All(scores, score => Assert.InRange(score, 0, 1));
            Assert.InRange(AdjustedRandIndex.Score(c.Labels, clusters), -0.5, 1);
            if (clusters != other)
            {
                Assert.All(scores, score => Assert.Equal(1, score));
                Assert.Equal(1, AdjustedRandIndex.Score(c.Labels, clusters));
            }
        }
    });

    /// <summary>log π_k N(x_n; μ_k, Σ_k) less the largest, as exponentials; sensitive where a distance that counts is above 10⁶.</summary>
    private static (double Largest, double[] Exponentials, bool Sensitive)[] Joint(ExactCase c, GaussianMixture mixture)
    {
        var (weights, means, variances) = (mixture.Weights.data<double>().ToArray(), mixture.Means.data<double>().ToArray(), mixture.Variances.contiguous().data<double>().ToArray());
        return [.. c.Points.Select(point =>
        {
            double[] distances = [.. weights.Select((_, k) => Enumerable.Range(0, point.Length).Select(d =>
                ((Rational)point[d] - means[(k * point.Length) + d]) * ((Rational)point[d] - means[(k * point.Length) + d]) / variances[(k * point.Length) + d])
                .Aggregate((a, b) => a + b).ToDouble())];
            double[] logs = [.. distances.Select((distance, k) => Math.Log(weights[k]) - (0.5 * (distance
                + Enumerable.Range(0, point.Length).Sum(d => Math.Log(variances[(k * point.Length) + d]) + Math.Log(2 * Math.PI)))))];
            double[] exponentials = [.. logs.Select(log => Math.Exp(log - logs.Max()))];
            return (logs.Max(), exponentials, distances.Where((distance, k) => distance > 1e4 && exponentials[k] > 1e-30).Any());
        })];
    }

    private static double[] Silhouettes(ExactCase c) => [.. c.Points.Select((point, n) =>
    {
        double Mean(int k) => c.Labels[n] == k
            ? Members(c, k).Sum(other => Squared(Exact(point), Exact(other)).Sqrt()) / (Members(c, k).Count() - 1)
            : Members(c, k).Average(other => Squared(Exact(point), Exact(other)).Sqrt());
        if (Members(c, c.Labels[n]).Count() == 1)
        {
            return 0;
        }
        double a = Mean(c.Labels[n]), b = Enumerable.Range(0, c.Clusters).Where(k => k != c.Labels[n]).Min(Mean);
        return Math.Max(a, b) == 0 ? 0 : (b - a) / Math.Max(a, b);
    })];

    private static IEnumerable<double[]> Members(ExactCase c, int k) => c.Points.Where((_, n) => c.Labels[n] == k);

    private static Rational[][] Means(ExactCase c) => [.. Enumerable.Range(0, c.Clusters).Select(k => Mean([.. Members(c, k).Select(Exact)]))];

    private static Rational[] Mean(Rational[][] points) =>
        [.. Enumerable.Range(0, points[0].Length).Select(d => points.Select(point => point[d]).Aggregate((a, b) => a + b) / points.Length)];

    private static Rational[] Exact(double[] point) => Array.ConvertAll(point, x => (Rational)x);

    private static Rational Squared(Rational[] a, Rational[] b) => a.Zip(b, (x, y) => (x - y) * (x - y)).Aggregate((x, y) => x + y);

    private static void Near(double expected, double actual, double scale) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance * Math.Max(Math.Abs(expected), scale), $"expected {expected:r}, found {actual:r}");
}
