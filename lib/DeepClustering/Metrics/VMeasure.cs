namespace DeepClustering.Metrics;

/// <summary>Homogeneity, completeness and their harmonic mean (Rosenberg and Hirschberg 2007).</summary>
public static class VMeasure
{
    /// <summary>All three, each in [0, 1], higher is better.</summary>
    /// <param name="Homogeneity">1 − H(class|cluster) / H(class): 1 where each cluster holds one class only.</param>
    /// <param name="Completeness">1 − H(cluster|class) / H(cluster): 1 where each class lies in one cluster only.</param>
    /// <param name="V">Their harmonic mean; with β = 1 also the normalised mutual information with arithmetic mean.</param>
    public sealed record Result(double Homogeneity, double Completeness, double V);

    /// <summary>Scores a clustering.</summary>
    /// <param name="classes">True classes, N ≥ 1.</param>
    /// <param name="clusters">Clusters, N.</param>
    /// <param name="beta">Weight of completeness against homogeneity. Range: positive.</param>
    /// <remarks>As in scikit-learn, homogeneity is 1 where there is one class, completeness 1 where there is one cluster.</remarks>
    /// <exception cref="ArgumentException">There are no points, or the two differ in length.</exception>
    public static Result Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters, double beta = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        var table = new ContingencyTable(classes, clusters);
        double shared = MutualInformation(table), ofClasses = Entropy(table.ClassSizes), ofClusters = Entropy(table.ClusterSizes);
        double homogeneity = ofClasses == 0 ? 1 : shared / ofClasses, completeness = ofClusters == 0 ? 1 : shared / ofClusters;
        double sum = beta * homogeneity + completeness;
        return new Result(homogeneity, completeness, sum == 0 ? 0 : (1 + beta) * homogeneity * completeness / sum);
    }

    /// <summary>I(class; cluster) = Σ n_ij/N log(N n_ij / (n_i n_j)), in nats, at least 0.</summary>
    private static double MutualInformation(ContingencyTable table)
    {
        int[] rows = table.ClassSizes, columns = table.ClusterSizes;
        double sum = 0, total = table.Total;
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < columns.Length; j++)
            {
                double count = table.Counts[i, j];
                sum += count == 0 ? 0 : count / total * Math.Log(total * count / ((double)rows[i] * columns[j]));
            }
        }
        return Math.Max(sum, 0);
    }

    private static double Entropy(int[] sizes)
    {
        double total = sizes.Sum();
        return sizes.Length == 1 ? 0 : -sizes.Sum(size => size / total * Math.Log(size / total));
    }
}
