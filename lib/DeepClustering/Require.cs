using System.Runtime.CompilerServices;

namespace DeepClustering;

/// <summary>Checks options against their ranges, which never include NaN and infinity. Each method returns the value it was given.</summary>
internal static class Require
{
    public static int AtLeast(int least, int value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"Expected at least {least}.");

    public static int AtLeastOne(int value, [CallerArgumentExpression(nameof(value))] string? name = null) => AtLeast(1, value, name);

    public static IReadOnlyList<int> EachAtLeast(int least, IReadOnlyList<int> values, [CallerArgumentExpression(nameof(values))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(values, name);
        return values.All(value => value >= least) ? values
            : throw new ArgumentOutOfRangeException(name, values.First(value => value < least), $"Expected at least {least} each.");
    }

    public static double Positive(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value > 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");

    public static double NotNegative(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value >= 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number, 0 or more.");

    public static double UnitInterval(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected a number from 0 to 1.");

    public static double Share(double value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        value is >= 0 and < 1 ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a share, from 0 to below 1.");
}
