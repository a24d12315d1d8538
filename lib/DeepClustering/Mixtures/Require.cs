namespace DeepClustering.Mixtures;

/// <summary>Ranges of the options. Each method returns the value it was given.</summary>
internal static class Require
{
    public static int AtLeastOne(int value, string name) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Expected at least 1.");

    public static double Positive(double value, string name) =>
        value > 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number above 0.");

    public static double NotNegative(double value, string name) =>
        value >= 0 && double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, value, "Expected a finite number, 0 or more.");
}
