using DeepClustering.Graphs;
using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>How much a row's cluster tells about its neighbours' clusters: a measure of clusters that needs no labels.</summary>
internal static class NeighborInformation
{
    /// <summary>The mutual information between a row's cluster and that of one of its nearest neighbours, in nats. Range: 0 (a single cluster) to log K.</summary>
    /// <param name="neighbors">Neighbours among the rows themselves, not in a code that was trained to keep clusters together.</param>
    /// <param name="clusters">The cluster of each row, N numbers.</param>
    public static double Of(NearestNeighbors neighbors, IReadOnlyList<int> clusters) => Information.Mutual(Ends(neighbors, clusters));

    /// <summary>The share of all that there is to say: the same over the entropy of the clusters, 0 to about 1, and 0 for one cluster. It does not prefer clusters of one size.</summary>
    /// <inheritdoc cref="Of"/>
    public static double ShareOf(NearestNeighbors neighbors, IReadOnlyList<int> clusters)
    {
        double entropy = clusters.GroupBy(cluster => cluster).Sum(members => (double)members.Count() / clusters.Count * -Math.Log((double)members.Count() / clusters.Count));
        return entropy == 0 ? 0 : Of(neighbors, clusters) / entropy;
    }

    private static ContingencyTable Ends(NearestNeighbors neighbors, IReadOnlyList<int> clusters)
    {
        int[] from = new int[neighbors.Points * neighbors.Neighbors], to = new int[from.Length];
        for (int point = 0; point < neighbors.Points; point++)
        {
            var near = neighbors.Of(point);
            for (int i = 0; i < near.Length; i++)
            {
                (from[point * near.Length + i], to[point * near.Length + i]) = (clusters[point], clusters[near[i]]);
            }
        }
        return ContingencyTable.Of(from, to);
    }
}
