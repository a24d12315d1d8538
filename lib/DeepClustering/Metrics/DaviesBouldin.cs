using TorchSharp;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Davies-Bouldin index: how much each cluster resembles the one most like it, on average.</summary>
/// <remarks>
/// DB = 1/K Σ_k max_{l ≠ k} (s_k + s_l) / |μ_k - μ_l|, with centroids μ_k and s_k the mean distance of a cluster's points to
/// its centroid. Range 0 upwards, lower is better. As in scikit-learn, 0 where all s_k or all distances of centroids vanish
/// (at most 1e-8), and two clusters with the same centroid do not count as alike. Undefined unless 2 ≤ K ≤ N - 1. Source:
/// D. L. Davies and D. W. Bouldin, "A cluster separation measure", IEEE Trans. Pattern Analysis and Machine Intelligence 1(2), 1979.
/// </remarks>
public static class DaviesBouldin
{
    private const double Vanishing = 1e-8;

    /// <summary>Rates a clustering by its points; computed in float64.</summary>
    /// <param name="points">Points, (N, D), finite, float32 or float64 on the CPU.</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <returns>DB, at least 0.</returns>
    /// <exception cref="ArgumentException">Wrong shape, dtype or device, NaN or infinite points, lengths that differ, or not 2 to N - 1 different labels.</exception>
    public static double Score(Tensor points, IReadOnlyList<int> labels)
    {
        var encoding = MetricArguments.CheckLabelledPoints(points, labels);
        using var scope = NewDisposeScope();
        var x = points.to(ScalarType.Float64);
        var clusters = Centroids.Of(x, encoding);
        var toCentroid = (x - clusters.OfPoints).square().sum(1L).sqrt();                                  // (N)
        var spread = zeros_like(clusters.Counts).index_add_(0, clusters.Codes, toCentroid, 1) / clusters.Counts;    // (K)
        // Without the matrix-product form, which cancels for centroids that are close.
        var separation = cdist(clusters.Means, clusters.Means, 2, compute_mode.donot_use_mm_for_euclid_dist);       // (K, K)
        if (spread.max().item<double>() <= Vanishing || separation.max().item<double>() <= Vanishing)
            return 0;

        separation = separation.masked_fill(separation == 0, double.PositiveInfinity);
        var likeness = (spread.unsqueeze(1) + spread) / separation;
        return likeness.amax([1L]).mean().item<double>();
    }
}
