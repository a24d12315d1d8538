using System.Globalization;
using DeepClustering.Graphs;
using DeepClustering.Metrics;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Studies;

/// <summary>How many clusters points fall into, as three criteria see it that need no labels.</summary>
/// <remarks>
/// None of them is right on all data; where they disagree the number is a choice, and <see cref="ToString"/> says so.
/// <list type="bullet">
/// <item>BIC of Gaussian mixtures with full and with diagonal covariances, the lower of the two (Fraley and Raftery 2002).</item>
/// <item>Stability: how alike k-means clusters all points from two samples of four fifths of them, by the adjusted Rand index (Ben-Hur et al. 2002).</item>
/// <item>Eigengap: after which eigenvalue of the neighbour graph the greatest fall comes (von Luxburg 2007).</item>
/// </list>
/// </remarks>
public sealed record ClusterCount
{
    private const double Stable = 0.9;

    /// <summary>The number taken: the median of the three, or of the two that there are the lower.</summary>
    public required int Chosen { get; init; }

    /// <summary>K of the lowest BIC.</summary>
    public required int ByBic { get; init; }

    /// <summary>The largest K whose stability is at least 0.9, or else that of the highest.</summary>
    public required int ByStability { get; init; }

    /// <summary>K before the greatest fall of the eigenvalues; null where the graph falls into more parts than were to be tried.</summary>
    public required int? ByEigengap { get; init; }

    /// <summary>The BIC per point for K = 1, 2, …, in nats.</summary>
    public required IReadOnlyList<double> Bic { get; init; }

    /// <summary>The mean adjusted Rand index for K = 2, 3, ….</summary>
    public required IReadOnlyList<double> Stability { get; init; }

    /// <summary>The leading eigenvalues of D^-½ A D^-½ in falling order; empty where <see cref="ByEigengap"/> is null.</summary>
    public required IReadOnlyList<double> Eigenvalues { get; init; }

    /// <summary>Estimates the number of clusters.</summary>
    /// <param name="points">(N, D), any floating-point dtype, N at least 10: the code of an autoencoder, for example; they stay the caller's.</param>
    /// <param name="options">See <see cref="ClusterCountOptions"/>; null is its defaults.</param>
    /// <exception cref="ArgumentException">There are too few points, they are not (N, D), or not finite.</exception>
    public static ClusterCount Of(Tensor points, ClusterCountOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        if (points.dim() != 2 || points.shape[0] < 10 || !points.is_floating_point())
        {
            throw new ArgumentException($"expected at least 10 points (N, D) to choose a number of clusters from, found {points.dtype} of ({string.Join(", ", points.shape)}); of fewer, say how many clusters there are.", nameof(points));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var random = new Generator((ulong)options.Seed);
        var some = Sample(points, Math.Min(points.shape[0], options.MaxPoints), random);
        int most = (int)Math.Min(options.Most, some.shape[0] / 5);
        double[] bic = [.. Enumerable.Range(1, most).Select(clusters => BestBic(some, clusters, options.Seed) / some.shape[0])];
        double[] stability = [.. Enumerable.Range(2, most - 1).Select(clusters => StabilityOf(some, clusters, options, random))];
        double[] eigenvalues = LeadingEigenvalues(some, most + 1, options);
        int byBic = IndexOfLeast(bic) + 1, byStability = LargestStable(stability);
        int? byEigengap = eigenvalues.Length == 0 ? null : IndexOfLeast([.. eigenvalues.Skip(1).Zip(eigenvalues, (next, value) => next - value)]) + 1;
        return new()
        {
            ByBic = byBic,
            ByStability = byStability,
            ByEigengap = byEigengap,
            Chosen = byEigengap is { } third ? new[] { byBic, byStability, third }.Order().ElementAt(1) : Math.Min(byBic, byStability),
            Bic = bic,
            Stability = stability,
            Eigenvalues = eigenvalues,
        };
    }

    /// <summary>The chosen number and the three criteria's.</summary>
    public override string ToString()
    {
        string spectrum = ByEigengap is { } clusters ? $"{clusters} by the eigengap" : "the neighbour graph falls into more parts than were tried";
        int[] votes = [.. new[] { ByBic, ByStability, ByEigengap ?? Chosen }];
        string agreement = votes.Distinct().Count() == 1 ? "they agree" : votes.Contains(Chosen) && votes.Count(vote => vote == Chosen) > 1 ? "two of them agree" : "they disagree, so the number is a guess";
        return string.Create(CultureInfo.InvariantCulture,
            $"{Chosen} clusters: {ByBic} by BIC, {ByStability} by stability, {spectrum}; {agreement}.");
    }

    private static Tensor Sample(Tensor points, long count, Generator random) => count == points.shape[0]
        ? points.to(float64)
        : points.index_select(0, randperm(points.shape[0], generator: random)[..(int)count].to(points.device)).to(float64);

    private static double BestBic(Tensor points, int clusters, long seed)
    {
        // A component around a few equal points would have any likelihood.
        double floor = Math.Max(1e-3 * points.var(0, unbiased: false).mean().item<double>(), 1e-12);
        return new[] { CovarianceType.Diagonal, CovarianceType.Full }.Min(covariance =>
        {
            using var mixture = GaussianMixture.Fit(points, new()
            {
                Components = clusters,
                Covariance = covariance,
                Restarts = 2,
                VarianceFloor = floor,
                Seed = seed,
            });
            return mixture.Bic(points);
        });
    }

    private static double StabilityOf(Tensor points, int clusters, ClusterCountOptions options, Generator random)
    {
        int[] Clustered()
        {
            using var scope = NewDisposeScope();
            using var means = KMeans.Fit(Sample(points, points.shape[0] * 4 / 5, random), new() { Clusters = clusters, Seed = options.Seed });
            return means.Predict(points);
        }
        return Enumerable.Range(0, options.Resamples).Average(_ => AdjustedRandIndex.Score(Clustered(), Clustered()));
    }

    private static double[] LeadingEigenvalues(Tensor points, int count, ClusterCountOptions options)
    {
        int neighbors = (int)Math.Min(options.Neighbors, points.shape[0] - 1);
        var graph = new NeighborGraph(NearestNeighbors.Find(points, neighbors));
        if (graph.Components().Max() + 1 > count)
        {
            return [];
        }
        using var embedding = SpectralEmbedding.Of(graph, count, tolerance: 1e-4, seed: options.Seed);
        return [.. embedding.Values];
    }

    private static int LargestStable(double[] stability)
    {
        int last = Array.FindLastIndex(stability, value => value >= Stable);
        return 2 + (last >= 0 ? last : IndexOfLeast([.. stability.Select(value => -value)]));
    }

    private static int IndexOfLeast(double[] values) => Array.IndexOf(values, values.Min());
}
