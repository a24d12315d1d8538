namespace DeepClustering.Metrics;

/// <summary>How many points of each class lie in each cluster.</summary>
public sealed class ContingencyTable
{
    /// <param name="classes">The class of every point, N ≥ 1 numbers of any value.</param>
    /// <param name="clusters">The cluster of every point, N numbers of any value.</param>
    /// <exception cref="ArgumentException">There are no points, or the two differ in length.</exception>
    public ContingencyTable(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        if (classes.Count != clusters.Count || classes.Count == 0)
        {
            throw new ArgumentException($"expected one cluster for each class label and at least one, found {classes.Count} classes and {clusters.Count} clusters.", nameof(clusters));
        }
        Classes = [.. classes.Distinct().Order()];
        Clusters = [.. clusters.Distinct().Order()];
        Counts = new int[Classes.Count, Clusters.Count];
        var row = Classes.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        var column = Clusters.Select((label, i) => (label, i)).ToDictionary(pair => pair.label, pair => pair.i);
        for (int n = 0; n < classes.Count; n++)
        {
            Counts[row[classes[n]], column[clusters[n]]]++;
        }
        Total = classes.Count;
    }

    /// <summary>The distinct classes, ascending: the rows.</summary>
    public IReadOnlyList<int> Classes { get; }

    /// <summary>The distinct clusters, ascending: the columns.</summary>
    public IReadOnlyList<int> Clusters { get; }

    /// <summary>Points by class and cluster, (classes, clusters).</summary>
    public int[,] Counts { get; }

    /// <summary>Number of points, N.</summary>
    public int Total { get; }

    /// <summary>Points of each class.</summary>
    public int[] ClassSizes => [.. Enumerable.Range(0, Classes.Count).Select(i => Enumerable.Range(0, Clusters.Count).Sum(j => Counts[i, j]))];

    /// <summary>Points in each cluster.</summary>
    public int[] ClusterSizes => [.. Enumerable.Range(0, Clusters.Count).Select(j => Enumerable.Range(0, Classes.Count).Sum(i => Counts[i, j]))];
}
