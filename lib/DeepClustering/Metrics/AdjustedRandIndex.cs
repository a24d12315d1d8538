namespace DeepClustering.Metrics;

/// <summary>Rand index of two labellings, adjusted for chance.</summary>
/// <remarks>
/// The Rand index is the share of pairs of points on which the labellings agree (together in both, or apart in both);
/// ARI = (RI - E[RI]) / (max RI - E[RI]) under random labels with the same counts. Range -0.5 to 1: 1 for labellings equal
/// up to names, 0 on average for random ones, below 0 for worse than that. Symmetric. Two labellings that agree on every pair,
/// or without points: 1. Source: L. Hubert and P. Arabie, "Comparing partitions", Journal of Classification 2, 1985.
/// </remarks>
public static class AdjustedRandIndex
{
    /// <summary>Compares clusters with classes.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <returns>ARI, -0.5 to 1.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        var table = ContingencyTable.Of(classes, clusters);

        // Ordered pairs, exact in integers; Int128 because their products reach N⁴ / 4.
        Int128 inBoth = table.Rows.Sum(row => Pairs(row.Values));
        var inClass = Pairs(table.ClassTotals) - inBoth;         // together in the class, apart in the clusters
        var inCluster = Pairs(table.ClusterTotals) - inBoth;     // together in the cluster, apart in the classes
        var inNeither = (Int128)table.Total * (table.Total - 1) - inBoth - inClass - inCluster;
        if (inClass == 0 && inCluster == 0)
        {
            return 1;
        }

        var agreement = inBoth * inNeither - inClass * inCluster;
        var largest = (inBoth + inClass) * (inClass + inNeither) + (inBoth + inCluster) * (inCluster + inNeither);
        return 2 * (double)agreement / (double)largest;
    }

    private static long Pairs(IReadOnlyList<int> counts) => counts.Sum(n => (long)n * (n - 1));
}
