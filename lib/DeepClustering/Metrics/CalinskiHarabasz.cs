using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Calinski-Harabasz index: dispersion between the clusters over dispersion within them.</summary>
/// <remarks>
/// CH = (Σ_k n_k |μ_k - μ|² / (K - 1)) / (Σ_n |x_n - μ_k(n)|² / (N - K)), with centroids μ_k, n_k points each, and the mean μ
/// of all points. Range 0 upwards, higher is better; 1 where nothing is dispersed within the clusters, as in scikit-learn.
/// Undefined unless 2 ≤ K ≤ N - 1. Source: T. Caliński and J. Harabasz, "A dendrite method for cluster analysis",
/// Communications in Statistics 3, 1974.
/// </remarks>
public static class CalinskiHarabasz
{
    /// <summary>Rates a clustering by its points; computed in float64.</summary>
    /// <param name="points">Points, (N, D), finite, float32 or float64 on the CPU.</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <returns>CH, at least 0.</returns>
    /// <exception cref="ArgumentException">Wrong shape, dtype or device, NaN or infinite points, lengths that differ, or not 2 to N - 1 different labels.</exception>
    public static double Score(Tensor points, IReadOnlyList<int> labels)
    {
        var encoding = MetricArguments.CheckLabelledPoints(points, labels);
        using var centroids = new ClusterCentroids(points, encoding);
        var (n, k) = (encoding.Codes.Length, encoding.Values.Length);
        double between = 0.0;
        for (int cluster = 0; cluster < k; cluster++)
        {
            between += encoding.Counts[cluster] * centroids.Squared(cluster, k);
        }
        double within = centroids.Sums(square => square).Sum();
        return within == 0 ? 1 : between / (k - 1) / (within / (n - k));
    }
}
