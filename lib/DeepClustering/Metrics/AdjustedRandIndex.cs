namespace DeepClustering.Metrics;

/// <summary>Agreement of two partitions on pairs of points, corrected for chance (Hubert and Arabie 1985).</summary>
public static class AdjustedRandIndex
{
    /// <summary>(RI − E[RI]) / (max RI − E[RI]): 1 for equal partitions, about 0 for independent ones, at least −0.5.</summary>
    /// <param name="classes">True classes, N ≥ 1.</param>
    /// <param name="clusters">Clusters, N; swapping the two changes nothing.</param>
    /// <exception cref="ArgumentException">There are no points, or the two differ in length.</exception>
    public static double Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        var table = new ContingencyTable(classes, clusters);
        double together = table.Counts.Cast<int>().Sum(Pairs);
        double inClasses = table.ClassSizes.Sum(Pairs), inClusters = table.ClusterSizes.Sum(Pairs), all = Pairs(table.Total);
        double expected = all == 0 ? 0 : inClasses * inClusters / all, most = (inClasses + inClusters) / 2;
        return most == expected ? 1 : (together - expected) / (most - expected);
    }

    private static double Pairs(int count) => count * (count - 1.0) / 2;
}
