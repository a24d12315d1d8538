using TorchSharp;

namespace DeepClustering.Metrics;

/// <summary>The scores of Table 1 for one clustering of one latent space.</summary>
/// <param name="Accuracy">Share of points in the cluster matched to their class, [0, 1], higher is better.</param>
/// <param name="VMeasure">Harmonic mean of homogeneity and completeness, [0, 1], higher is better: the literature's NMI, with the arithmetic mean.</param>
/// <param name="SilhouetteOfClasses">Mean silhouette with the true classes as groups, [−1, 1], higher is better.</param>
/// <param name="SilhouetteOfClusters">Mean silhouette with the clusters as groups, [−1, 1], higher is better.</param>
/// <param name="CalinskiHarabaszOfClasses">Calinski-Harabasz with the true classes as groups, at least 0, higher is better.</param>
/// <param name="CalinskiHarabaszOfClusters">Calinski-Harabasz with the clusters as groups, at least 0, higher is better.</param>
/// <param name="AdjustedRandIndex">Agreement on pairs of points, adjusted for chance, −0.5 to 1, higher is better; null in records of earlier versions.</param>
public sealed record ClusteringScores(
    double Accuracy, double VMeasure,
    double? SilhouetteOfClasses, double? SilhouetteOfClusters,
    double? CalinskiHarabaszOfClasses, double? CalinskiHarabaszOfClusters,
    double? AdjustedRandIndex = null)
{
    /// <summary>Computes all scores of a clustering.</summary>
    /// <remarks>Where the points form a single group, silhouette and Calinski-Harabasz are undefined and given as null.</remarks>
    /// <param name="latents">Latent means, (N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="classes">True classes, N.</param>
    /// <param name="clusters">Clusters, N.</param>
    public static ClusteringScores Of(torch.Tensor latents, IReadOnlyList<int> classes, IReadOnlyList<int> clusters) => new(
        ClusteringAccuracy.Score(classes, clusters).Accuracy,
        Metrics.VMeasure.Score(classes, clusters).Value,
        Where(classes, Silhouette.Score, latents),
        Where(clusters, Silhouette.Score, latents),
        Where(classes, CalinskiHarabasz.Score, latents),
        Where(clusters, CalinskiHarabasz.Score, latents),
        Metrics.AdjustedRandIndex.Score(classes, clusters));

    private static double? Where(IReadOnlyList<int> groups, Func<torch.Tensor, IReadOnlyList<int>, double> score, torch.Tensor latents)
    {
        int distinct = groups.Distinct().Count();
        return distinct > 1 && distinct < groups.Count ? score(latents, groups) : null;
    }
}
