namespace DeepClustering.Metrics;

/// <summary>How many points of each class lie in each cluster.</summary>
/// <remarks>
/// The common ground of all metrics that compare two labellings. Labels are arbitrary integers. Only counts above zero are kept:
/// memory is that of the points, however many different labels they have.
/// </remarks>
internal sealed class ContingencyTable
{
    private ContingencyTable(LabelEncoding classes, LabelEncoding clusters)
    {
        Classes = classes.Values;
        Clusters = clusters.Values;
        ClassTotals = classes.Counts;
        ClusterTotals = clusters.Counts;
        Rows = CountRows(classes, clusters);
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
    public IReadOnlyList<IReadOnlyList<int>> Counts => Rows;

    /// <summary>N, the number of points.</summary>
    public int Total { get; }

    /// <summary><see cref="Counts"/>, with the columns that are not zero.</summary>
    internal IReadOnlyList<SparseRow> Rows { get; }

    /// <summary>Counts the points of each class in each cluster.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static ContingencyTable Of(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        MetricArguments.CheckLabellings(classes, clusters);
        return new ContingencyTable(LabelEncoding.Of(classes), LabelEncoding.Of(clusters));
    }

    private static SparseRow[] CountRows(LabelEncoding classes, LabelEncoding clusters)
    {
        // The clusters of the points, class by class.
        int[] ends = new int[classes.Values.Length];
        for (int i = 1; i < ends.Length; i++)
        {
            ends[i] = ends[i - 1] + classes.Counts[i - 1];
        }
        int[] sorted = new int[classes.Codes.Length];
        for (int n = 0; n < sorted.Length; n++)
        {
            sorted[ends[classes.Codes[n]]++] = clusters.Codes[n];
        }

        int[] counts = new int[clusters.Values.Length];
        var rows = new SparseRow[ends.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            var own = sorted.AsSpan(ends[i] - classes.Counts[i], classes.Counts[i]);
            var columns = new List<int>();
            foreach (int cluster in own)
            {
                if (counts[cluster]++ == 0)
                {
                    columns.Add(cluster);
                }
            }

            columns.Sort();
            rows[i] = new SparseRow(counts.Length, [.. columns], [.. columns.Select(column => counts[column])]);
            foreach (int column in columns)
            {
                counts[column] = 0;
            }
        }

        return rows;
    }
}
