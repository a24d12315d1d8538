using TorchSharp;

namespace DeepClustering.Metrics;

/// <summary>The mean likeness of each group to the one most like it (Davies and Bouldin 1979).</summary>
public static class DaviesBouldin
{
    /// <summary>(1/K) Σ_i max_{j≠i} (s_i + s_j) / ‖m_i − m_j‖, s the mean distance to the centroid: at least 0, lower is better.</summary>
    /// <param name="points">(N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="labels">The group of every point, N; 2 to N − 1 distinct.</param>
    /// <returns>The score; 0 where all spreads or all distances between centroids vanish, as in scikit-learn.</returns>
    /// <exception cref="ArgumentException">The shapes or the number of groups do not fit, or a coordinate is not finite.</exception>
    public static double Score(torch.Tensor points, IReadOnlyList<int> labels)
    {
        var groups = new Groups(points, labels);
        double[][] centroids = groups.Centroids();
        var spreads = new double[centroids.Length];
        for (int n = 0; n < groups.Index.Length; n++)
        {
            int k = groups.Index[n];
            spreads[k] += Math.Sqrt(groups.SquaredDistance(n, centroids[k])) / groups.Sizes[k];
        }
        return centroids.Select((a, i) => centroids.Select((b, j) => i == j ? 0 : Likeness(spreads[i] + spreads[j], Distance(a, b))).Max()).Average();
    }

    private static double Likeness(double spread, double distance) => distance == 0 ? 0 : spread / distance;

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
