namespace Benchmarks;

/// <summary>What one thing took, measured several times.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Milliseconds">Each measurement, sorted; at least one.</param>
internal sealed record Timing(string Name, IReadOnlyList<double> Milliseconds)
{
    public double Median => Quantile(0.5);

    /// <summary>Linear interpolation between the sorted measurements.</summary>
    public double Quantile(double share)
    {
        double place = share * (Milliseconds.Count - 1);
        int below = (int)place, above = Math.Min(below + 1, Milliseconds.Count - 1);
        return Milliseconds[below] + (place - below) * (Milliseconds[above] - Milliseconds[below]);
    }
}
