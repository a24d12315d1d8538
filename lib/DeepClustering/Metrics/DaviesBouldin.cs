using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Davies-Bouldin index: how much each cluster resembles the one most like it, on average.</summary>
/// <remarks>
/// DB = 1/K Σ_k max_{l ≠ k} (s_k + s_l) / |μ_k - μ_l|, with centroids μ_k and s_k the mean distance of a cluster's points to
/// its centroid. Range 0 upwards, lower is better; the same at any scale of the points. 0 where all s_k vanish; as in
/// scikit-learn, two clusters with the same centroid (nearer to each other than rounding tells, 2⁻⁵⁰ of s_k + s_l) do not count
/// as alike. Undefined unless 2 ≤ K ≤ N - 1. Source:
/// D. L. Davies and D. W. Bouldin, "A cluster separation measure", IEEE Trans. Pattern Analysis and Machine Intelligence 1(2), 1979.
/// </remarks>
public static class DaviesBouldin
{
    private const double Rounding = 1.0 / (1L << 50);

    /// <summary>Rates a clustering by its points; computed in float64.</summary>
    /// <param name="points">Points, (N, D), finite, float32 or float64 on the CPU.</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <returns>DB, at least 0.</returns>
    /// <exception cref="ArgumentException">Wrong shape, dtype or device, NaN or infinite points, lengths that differ, or not 2 to N - 1 different labels.</exception>
    public static double Score(Tensor points, IReadOnlyList<int> labels)
    {
        var encoding = MetricArguments.CheckLabelledPoints(points, labels);
        using var centroids = new ClusterCentroids(points, encoding);
        double[] spread = centroids.Sums(Math.Sqrt);
        for (int k = 0; k < spread.Length; k++)
        {
            spread[k] /= encoding.Counts[k];
        }

        double sum = 0.0;
        for (int k = 0; k < spread.Length; k++)
        {
            double most = 0.0;
            for (int l = 0; l < spread.Length; l++)
            {
                var (spreads, separation) = (spread[k] + spread[l], Math.Sqrt(centroids.Squared(k, l)));
                if (separation > Rounding * spreads)
                {
                    most = Math.Max(most, spreads / separation);
                }
            }

            sum += most;
        }

        return sum / spread.Length;
    }
}
