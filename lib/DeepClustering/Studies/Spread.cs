namespace DeepClustering.Studies;

/// <summary>One figure over several seeds.</summary>
/// <param name="Count">How many seeds.</param>
/// <param name="Mean">Their mean.</param>
/// <param name="Deviation">Their standard deviation, with N − 1; NaN for a single one.</param>
/// <param name="Median">Their median.</param>
/// <param name="Least">The lowest.</param>
public sealed record Spread(int Count, double Mean, double Deviation, double Median, double Least)
{
    /// <summary>The spread of some values.</summary>
    /// <param name="values">At least one.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        if (sorted.Length == 0)
        {
            throw new ArgumentException("Expected at least one value.", nameof(values));
        }
        double mean = sorted.Average();
        double squares = sorted.Sum(value => (value - mean) * (value - mean));
        return new(sorted.Length, mean, Math.Sqrt(squares / (sorted.Length - 1)),
            (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[0]);
    }

    /// <summary>"mean ± deviation", with four digits; the mean alone of a single value.</summary>
    public override string ToString() => Count == 1 ? Text(Mean) : $"{Text(Mean)} ± {Text(Deviation)}";

    private static string Text(double value) => FormattableString.Invariant(Math.Abs(value) >= 10 ? $"{value:F1}" : (FormattableString)$"{value:F4}");
}
