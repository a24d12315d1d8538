namespace DeepClustering.Metrics;

/// <summary>Normalized mutual information of two labellings.</summary>
/// <remarks>
/// NMI = 2 I / (H(C) + H(K)): the mutual information over the arithmetic mean of the entropies, as in scikit-learn. Range 0
/// (independent) to 1 (equal up to names), symmetric, not adjusted for chance. Two labellings with one label each, or
/// without points, agree: 1. Source: A. Strehl and J. Ghosh, "Cluster ensembles", JMLR 3, 2002 (there with the geometric mean).
/// </remarks>
public static class NormalizedMutualInformation
{
    /// <summary>Compares clusters with classes.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <returns>NMI, 0 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        var table = ContingencyTable.Of(classes, clusters);
        double entropies = Information.Entropy(table.ClassTotals, table.Total) + Information.Entropy(table.ClusterTotals, table.Total);
        bool equal = Information.Determines(table.ClassTotals, table) && Information.Determines(table.ClusterTotals, table);
        return Information.Share(2 * Information.Mutual(table), entropies, equal);
    }
}
