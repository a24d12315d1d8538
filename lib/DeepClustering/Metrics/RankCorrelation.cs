namespace DeepClustering.Metrics;

/// <summary>Spearman's rank correlation: whether two measures put things in the same order.</summary>
/// <remarks>
/// ρ is Pearson's correlation of the ranks, equal values sharing the mean of theirs. Range −1 (opposite order) to 1 (the same).
/// Undefined (NaN) where either measure is constant, or with fewer than two things. Source: C. Spearman, "The proof and
/// measurement of association between two things", American Journal of Psychology 15, 1904.
/// </remarks>
public static class RankCorrelation
{
    /// <summary>Compares two measures of the same things.</summary>
    /// <param name="first">N finite numbers.</param>
    /// <param name="second">N finite numbers, in the same order of things.</param>
    /// <returns>ρ, −1 to 1, or NaN.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a number is NaN.</exception>
    public static double Score(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count)
        {
            throw new ArgumentException($"Expected as many numbers as in the first, {first.Count}; found {second.Count}.", nameof(second));
        }
        double[] x = Ranks(first, nameof(first)), y = Ranks(second, nameof(second));
        double mean = (x.Length + 1) / 2.0;
        double Covariance(double[] a, double[] b) => a.Zip(b).Sum(pair => (pair.First - mean) * (pair.Second - mean));
        double variances = Covariance(x, x) * Covariance(y, y);
        return variances == 0 ? double.NaN : Math.Clamp(Covariance(x, y) / Math.Sqrt(variances), -1, 1);
    }

    /// <summary>The rank of every value, from 1; equal values get the mean of theirs.</summary>
    private static double[] Ranks(IReadOnlyList<double> values, string name)
    {
        if (values.Any(double.IsNaN))
        {
            throw new ArgumentException("Expected numbers, found NaN.", name);
        }
        return [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) + 1) / 2.0)];
    }
}
