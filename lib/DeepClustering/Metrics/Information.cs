namespace DeepClustering.Metrics;

/// <summary>Entropies of labellings in nats.</summary>
internal static class Information
{
    private static readonly double _machineEpsilon = Math.BitIncrement(1.0) - 1.0;

    /// <summary>H = -Σ n_i/N log(n_i/N).</summary>
    public static double Entropy(IReadOnlyList<int> counts, int total) =>
        counts.Count <= 1 ? 0 : -counts.Sum(n => (double)n / total * (Math.Log(n) - Math.Log(total)));

    /// <summary>I = Σ n_ij/N log(N n_ij / (n_i n_j)); at least 0.</summary>
    public static double Mutual(ContingencyTable table)
    {
        // Rounding must not give a single class or cluster, which tells nothing, a trace of information.
        if (table.Classes.Count <= 1 || table.Clusters.Count <= 1)
            return 0;

        var sum = 0.0;
        for (var i = 0; i < table.Classes.Count; i++)
        {
            for (var j = 0; j < table.Clusters.Count; j++)
                sum += Term(table.Counts[i][j], table.ClassTotals[i], table.ClusterTotals[j], table.Total);
        }

        return Math.Max(sum, 0);
    }

    private static double Term(double joint, double ofClass, double ofCluster, double total)
    {
        if (joint == 0)
            return 0;
        var term = joint / total * (Math.Log(joint) + Math.Log(total) - Math.Log(ofClass) - Math.Log(ofCluster));
        // Independent labels give log 1, which rounding makes a trace: scikit-learn drops the same terms.
        return Math.Abs(term) < _machineEpsilon ? 0 : term;
    }
}
