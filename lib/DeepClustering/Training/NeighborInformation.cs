using DeepClustering.Graphs;
using DeepClustering.Metrics;

namespace DeepClustering.Training;

/// <summary>How much a row's cluster says about its neighbours' clusters: a sign of good clusters that needs no labels.</summary>
internal static class NeighborInformation
{
    /// <summary>The mutual information of the clusters at both ends of an edge from a row to one of its nearest, in nats: 0 for one cluster, log K at most.</summary>
    /// <param name="neighbors">Of the rows as they are, not of a code that was trained to keep clusters together.</param>
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
