namespace DeepClustering.Metrics;

/// <summary>V-measure: the weighted harmonic mean of homogeneity and completeness.</summary>
/// <remarks>
/// With the entropies of classes H(C) and clusters H(K) and their mutual information I: homogeneity h = I / H(C),
/// completeness c = I / H(K), V = (1 + β) h c / (β h + c). Each ranges from 0 to 1, 1 is best; V with β = 1 is symmetric in
/// its arguments and equals <see cref="NormalizedMutualInformation"/>. A single class is homogeneous (h = 1), a single cluster
/// complete (c = 1); V is 0 where either is 0; without points all three are 1. Not adjusted for chance. Source: A. Rosenberg
/// and J. Hirschberg, "V-measure: a conditional entropy-based external cluster evaluation measure", EMNLP 2007.
/// </remarks>
/// <param name="Homogeneity">h, 0 to 1: 1 when each cluster holds points of one class only.</param>
/// <param name="Completeness">c, 0 to 1: 1 when all points of a class lie in one cluster.</param>
/// <param name="Value">V, 0 to 1.</param>
public sealed record VMeasure(double Homogeneity, double Completeness, double Value)
{
    /// <summary>Compares clusters with classes.</summary>
    /// <param name="classes">True class of every point, (N), any integers.</param>
    /// <param name="clusters">Cluster of every point, (N), any integers.</param>
    /// <param name="beta">β ≥ 0: above 1 completeness weighs more, below 1 homogeneity.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">β is negative, infinite or NaN.</exception>
    public static VMeasure Score(IReadOnlyList<int> classes, IReadOnlyList<int> clusters, double beta = 1)
    {
        if (!double.IsFinite(beta) || beta < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "β must be finite and at least 0.");
        }

        var table = ContingencyTable.Of(classes, clusters);
        double information = Information.Mutual(table);
        double h = Information.Share(information, Information.Entropy(table.ClassTotals, table.Total), Information.Determines(table.ClusterTotals, table));
        double c = Information.Share(information, Information.Entropy(table.ClusterTotals, table.Total), Information.Determines(table.ClassTotals, table));
        return new VMeasure(h, c, h * c == 0 ? 0 : Math.Min((1 + beta) * h * c / ((beta * h) + c), 1));
    }
}
