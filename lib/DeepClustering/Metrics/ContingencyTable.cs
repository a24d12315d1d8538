namespace DeepClustering.Metrics;

/// <summary>How many points of each class lie in each cluster.</summary>
/// <remarks>The common ground of all metrics that compare two labellings. Labels are arbitrary integers; memory is classes × clusters.</remarks>
public sealed class ContingencyTable
{
    private ContingencyTable(LabelEncoding classes, LabelEncoding clusters)
    {
        var counts = new int[classes.Values.Length][];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = new int[clusters.Values.Length];
        for (var n = 0; n < classes.Codes.Length; n++)
            counts[classes.Codes[n]][clusters.Codes[n]]++;

        Classes = classes.Values;
        Clusters = clusters.Values;
        ClassTotals = classes.Counts;
        ClusterTotals = clusters.Counts;
        Counts = counts;
        Total = classes.Codes.Length;
    }

    /// <summary>The different class labels, ascending, (C): the rows.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>The different cluster labels, ascending, (K): the columns.</summary>
    public IReadOnlyList<int> Clusters { get; }

    /// <summary>Number of points of each class, (C), each at least 1.</summary>
    public IReadOnlyList<int> ClassTotals { get; }

    /// <summary>Number of points in each cluster, (K), each at least 1.</summary>
    public IReadOnlyList<int> ClusterTotals { get; }

    /// <summary>n_ij, (C, K): <c>Counts[i][j]</c> points of class <c>Classes[i]</c> lie in cluster <c>Clusters[j]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts { get; }

    /// <summary>N, the number of points.</summary>
    public int Total { get; }

    /// <summary>Counts the points of each class in each cluster.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ContingencyTable Of(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        MetricArguments.CheckLabellings(classes, clusters);
        return new ContingencyTable(LabelEncoding.Of(classes), LabelEncoding.Of(clusters));
    }
}
