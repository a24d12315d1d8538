namespace DeepClustering.Metrics;

/// <summary>Entropies of labellings in nats, each right to a few units of the last digit.</summary>
internal static class Information
{
    /// <summary>H = -Σ n_i/N log(n_i/N).</summary>
    public static double Entropy(IReadOnlyList<int> counts, int total) =>
        counts.Count <= 1 ? 0 : counts.Sum(n => -(double)n / total * LogOfRatio(n, total));

    /// <summary>I = Σ n_ij/N log(N n_ij / (n_i n_j)); at least 0, and 0 for independent labellings.</summary>
    /// <remarks>
    /// With q_ij = n_i n_j / N² and n_ij / N = q_ij (1 + e_ij), I = Σ q_ij ((1 + e_ij) log(1 + e_ij) − e_ij), because Σ q_ij e_ij = 0.
    /// No term is negative, so none cancels; a cell without points has e = −1 and adds q_ij.
    /// </remarks>
    public static double Mutual(ContingencyTable table)
    {
        double sum = 0, square = (double)table.Total * table.Total;
        var empty = (Int128)table.Total * table.Total;   // of N² Σ q_ij, what the cells without points have
        for (int i = 0; i < table.Rows.Count; i++)
        {
            var row = table.Rows[i];
            for (int cell = 0; cell < row.Columns.Count; cell++)
            {
                long expected = (long)table.ClassTotals[i] * table.ClusterTotals[row.Columns[cell]];
                empty -= expected;
                sum += expected / square * Divergence((Int128)table.Total * row.Values[cell] - expected, expected);
            }
        }

        return sum + ((double)empty / square);
    }

    /// <summary>Whether each label of one side, whose counts these are, lies within one label of the other: as many cells as labels.</summary>
    public static bool Determines(IReadOnlyList<int> counts, ContingencyTable table) => table.Rows.Sum(row => row.Columns.Count) == counts.Count;

    /// <summary>Information over entropy, 0 to 1, and exactly 1 where the information is all there is.</summary>
    public static double Share(double information, double entropy, bool all) => all || entropy == 0 ? 1 : Math.Min(information / entropy, 1);

    /// <summary>(1 + e) log(1 + e) − e for e = excess / expected.</summary>
    private static double Divergence(Int128 excess, long expected)
    {
        double e = (double)excess / expected;
        // The series e²/2 − e³/6 + e⁴/12 − …, where the difference would cancel.
        return Math.Abs(e) < 1e-3
            ? e * e * (1 / 2.0 - e * (1 / 6.0 - e * (1 / 12.0 - e * (1 / 20.0 - e * (1 / 30.0 - e / 42)))))
            : ((1 + e) * Math.Log(1 + e)) - e;
    }

    private static double LogOfRatio(int n, int total) =>
        2L * n > total ? LogOnePlus((double)(n - total) / total) : Math.Log((double)n / total);

    /// <summary>log(1 + x), without the loss of digits near x = 0 (W. Kahan's correction).</summary>
    private static double LogOnePlus(double x)
    {
        double y = 1 + x;
        return y == 1 ? x : Math.Log(y) * x / (y - 1);
    }
}
