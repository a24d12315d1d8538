using TorchSharp;

namespace DeepClustering.Metrics;

/// <summary>The variance ratio criterion (Calinski and Harabasz 1974).</summary>
public static class CalinskiHarabasz
{
    /// <summary>
    /// (Σ_k n_k ‖m_k − m‖² / (K − 1)) / (Σ_k Σ_{x in k} ‖x − m_k‖² / (N − K)): at least 0, higher is better; grows with N.
    /// </summary>
    /// <param name="points">(N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="labels">The group of every point, N; 2 to N − 1 distinct.</param>
    /// <returns>The score; 1 where no group has any spread, as in scikit-learn.</returns>
    /// <exception cref="ArgumentException">The shapes or the number of groups do not fit, or a coordinate is not finite.</exception>
    public static double Score(torch.Tensor points, IReadOnlyList<int> labels)
    {
        var groups = new Groups(points, labels);
        double[][] centroids = groups.Centroids();
        int count = groups.Index.Length, k = centroids.Length;
        double[] mean = [.. Enumerable.Range(0, groups.Dimensions).Select(d => centroids.Select((c, i) => c[d] * groups.Sizes[i]).Sum() / count)];
        double between = centroids.Select((c, i) => groups.Sizes[i] * c.Zip(mean, (a, b) => (a - b) * (a - b)).Sum()).Sum();
        double within = Enumerable.Range(0, count).Sum(n => groups.SquaredDistance(n, centroids[groups.Index[n]]));
        return within == 0 ? 1 : between / (k - 1) / (within / (count - k));
    }
}
