namespace DeepClustering.Metrics;

/// <summary>Unsupervised clustering accuracy: the share of points whose cluster is matched to their class (Xie et al. 2016, eq. 10).</summary>
/// <remarks>The match of clusters to classes is one to one and maximises the share; clusters and classes may differ in number.</remarks>
public static class ClusteringAccuracy
{
    /// <summary>The accuracy, its match and the confusion matrix.</summary>
    /// <param name="Accuracy">[0, 1], higher is better.</param>
    /// <param name="Assignment">The class of each matched cluster; a cluster in excess of the classes is missing.</param>
    /// <param name="ConfusionMatrix">
    /// Points by true class (rows, ascending) and cluster (columns: the match of each class in the rows' order, so that hits
    /// lie on the diagonal, then the clusters in excess, ascending). A class without a cluster has a row and no column of its own.
    /// </param>
    /// <param name="Classes">The labels of the rows.</param>
    /// <param name="Clusters">The labels of the columns.</param>
    public sealed record Result(
        double Accuracy, IReadOnlyDictionary<int, int> Assignment, int[,] ConfusionMatrix,
        IReadOnlyList<int> Classes, IReadOnlyList<int> Clusters);

    /// <summary>Scores a clustering.</summary>
    /// <param name="classes">True classes, N ≥ 1.</param>
    /// <param name="clusters">Clusters, N.</param>
    /// <exception cref="ArgumentException">There are no points, or the two differ in length.</exception>
    public static Result Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        var table = new ContingencyTable(classes, clusters);
        int rows = table.Classes.Count, columns = table.Clusters.Count;
        // Padded with empty clusters, so that every class finds a partner.
        var gains = new double[rows, Math.Max(rows, columns)];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                gains[i, j] = table.Counts[i, j];
            }
        }
        (int Row, int Column)[] matches = [.. LinearAssignment.Maximise(gains).Select((column, row) => (row, column)).Where(match => match.column < columns)];
        int[] order = [.. matches.Select(match => match.Column), .. Enumerable.Range(0, columns).Except(matches.Select(match => match.Column))];
        var confusion = new int[rows, columns];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                confusion[i, j] = table.Counts[i, order[j]];
            }
        }
        return new Result(
            matches.Sum(match => table.Counts[match.Row, match.Column]) / (double)table.Total,
            matches.ToDictionary(match => table.Clusters[match.Column], match => table.Classes[match.Row]),
            confusion, table.Classes, [.. order.Select(j => table.Clusters[j])]);
    }
}
