namespace DeepClustering.Metrics;

/// <summary>Unsupervised clustering accuracy: the share of points whose cluster is matched to their class, under the best one-to-one matching.</summary>
/// <remarks>
/// ACC = max over one-to-one mappings m of (number of points with class = m(cluster)) / N. Range 0 to 1, 1 is best; never
/// below 1 / max(C, K). Clusters and classes may differ in number: what is left over on the longer side is matched to
/// nothing and counts as wrong. Undefined without points. Source: J. Xie, R. Girshick and A. Farhadi, "Unsupervised deep
/// embedding for clustering analysis", ICML 2016, eq. 10; the measure of Jiang et al. 2017, table 2.
/// </remarks>
public sealed record ClusteringAccuracy
{
    private const int None = -1;

    private ClusteringAccuracy(ContingencyTable table, int[] clusterOf)
    {
        int?[] classOf = new int?[table.Clusters.Count];
        for (int i = 0; i < clusterOf.Length; i++)
        {
            if (clusterOf[i] != None)
            {
                classOf[clusterOf[i]] = i;
            }
        }

        var unmatched = Enumerable.Range(0, classOf.Length).Where(j => classOf[j] is null);
        int[] columns = [.. clusterOf, .. unmatched];
        int[] columnOf = new int[classOf.Length];
        for (int column = 0; column < columns.Length; column++)
        {
            if (columns[column] != None)
            {
                columnOf[columns[column]] = column;
            }
        }

        Classes = table.Classes;
        Columns = Array.ConvertAll(columns, j => j == None ? (int?)null : table.Clusters[j]);
        ConfusionMatrix = [.. table.Rows.Select(row => row.Rearranged(columns.Length, columnOf))];
        Assignment = Enumerable.Range(0, classOf.Length)
            .ToDictionary(j => table.Clusters[j], j => classOf[j] is int i ? table.Classes[i] : (int?)null);
        Accuracy = Enumerable.Range(0, Classes.Count).Sum(i => (long)ConfusionMatrix[i][i]) / (double)table.Total;
    }

    /// <summary>Share of points on the diagonal of <see cref="ConfusionMatrix"/>, 0 to 1.</summary>
    public double Accuracy { get; }

    /// <summary>The class each cluster is matched to; null for a cluster left over when there are more clusters than classes.</summary>
    public IReadOnlyDictionary<int, int?> Assignment { get; }

    /// <summary>The different class labels, ascending, (C): the rows of <see cref="ConfusionMatrix"/>.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>
    /// The cluster in each column of <see cref="ConfusionMatrix"/>: first, for each class in order, the cluster matched to it
    /// (null when there is none), then the clusters matched to no class, ascending.
    /// </summary>
    public IReadOnlyList<int?> Columns { get; }

    /// <summary>
    /// Rows are true classes, columns are clusters: <c>ConfusionMatrix[i][j]</c> points of class <c>Classes[i]</c> lie in cluster
    /// <c>Columns[j]</c>. The first C columns stand in the order of the classes they are matched to, so the diagonal counts the
    /// points that are right; a class without a cluster has a column of zeros.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<int>> ConfusionMatrix { get; }

    /// <summary>Matches clusters to classes and counts the points that agree.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <returns>The accuracy with the matching and the confusion matrix behind it.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or there are no points.</exception>
    public static ClusteringAccuracy Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        var table = ContingencyTable.Of(classes, clusters);
        if (table.Total == 0)
        {
            throw new ArgumentException("Accuracy needs at least one point: found none.", nameof(classes));
        }

        return new ClusteringAccuracy(table, Matching(table));
    }

    /// <summary>The cluster of each class: the matching that counts most, then what is left over in ascending order, so that the shorter side is used up.</summary>
    private static int[] Matching(ContingencyTable table)
    {
        int[] clusterOf = SparseAssignment.Maximize(table.Rows, table.Clusters.Count);
        var used = clusterOf.ToHashSet();
        var left = new Queue<int>(Enumerable.Range(0, table.Clusters.Count).Where(j => !used.Contains(j)));
        for (int i = 0; i < clusterOf.Length; i++)
        {
            if (clusterOf[i] == None && left.TryDequeue(out int cluster))
            {
                clusterOf[i] = cluster;
            }
        }

        return clusterOf;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        FormattableString.Invariant($"ACC = {Accuracy:F4} ({Assignment.Count} clusters, {Classes.Count} classes)");
}
