using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

internal static class Near
{
    /// <summary>Every number is within <paramref name="tolerance"/> · max(1, |expected|) of what is expected.</summary>
    public static void Equal(ReadOnlySpan<double> expected, Tensor actual, double tolerance)
    {
        double[] values = actual.to(float64).contiguous().data<double>().ToArray();
        Assert.Equal(expected.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            Equal(expected[i], values[i], tolerance);
        }
    }

    public static void Equal(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Max(1, Math.Abs(expected)), $"expected {expected:r}, found {actual:r}");
}
