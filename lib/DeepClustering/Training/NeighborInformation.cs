using DeepClustering.Graphs;
using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>How much a row's cluster tells about its neighbours' clusters: a measure of clusters that needs no labels.</summary>
internal static class NeighborInformation
{
    /// <summary>The mutual information between a row's cluster and that of one of its nearest neighbours, in nats. Range: 0 (a single cluster) to log K.</summary>
    /// <param name="neighbors">Neighbours among the rows themselves, not in a code that was trained to keep clusters together.</param>
    /// <param name="clusters">The cluster of each row, N numbers.</param>
    public static double Of(NearestNeighbors neighbors, IReadOnlyList<int> clusters)
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
        return Information.Mutual(ContingencyTable.Of(from, to));
    }
}
