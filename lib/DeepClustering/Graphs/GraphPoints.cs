using TorchSharp;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The points that a graph is made of, checked and brought to one size.</summary>
internal static class GraphPoints
{
    /// <summary>Requires finite points, (N, D) of float32 or float64 on the CPU, and k neighbours for each of them.</summary>
    /// <exception cref="ArgumentException">The points are not that.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is not within 1 to N − 1.</exception>
    public static void Check(Tensor points, int neighbors)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.dim() != 2 || points.shape[1] == 0 || points.device_type != DeviceType.CPU
            || points.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"Expected points (N, D) of Float32 or Float64 on the CPU, D at least 1; found ({string.Join(", ", points.shape)}) of {points.dtype} on {points.device_type}.",
                nameof(points));
        }
        if (points.shape[0] < 2)
        {
            throw new ArgumentException($"Expected at least 2 points, so that each has a neighbour; found {points.shape[0]}.", nameof(points));
        }
        if (neighbors < 1 || neighbors >= points.shape[0])
        {
            throw new ArgumentOutOfRangeException(
                nameof(neighbors), neighbors, $"Expected 1 to {points.shape[0] - 1} neighbours, as many as each point has others.");
        }
        CheckFinite(points);
    }

    /// <summary>Divides by the power of two, thus exactly, that leaves the largest coordinate between 1 and 2: its squares do not overflow.</summary>
    /// <returns>The points, which the caller disposes, and the power, by which their distances are to be multiplied.</returns>
    public static (Tensor Points, double Unit) ToUnitScale(Tensor points)
    {
        using var scope = NewDisposeScope();
        double largest = points.abs().max().to(ScalarType.Float64).item<double>();
        int exponent = largest == 0 ? 0 : Math.Max(Math.ILogB(largest), -1000);   // 2^1000 is still finite
        var scaled = (points.to(ScalarType.Float64) * Math.ScaleB(1, -exponent)).to(points.dtype);
        return (scaled.MoveToOuterDisposeScope(), Math.ScaleB(1, exponent));
    }

    private static void CheckFinite(Tensor points)
    {
        using var scope = NewDisposeScope();
        var bad = points.isfinite().logical_not().any(1L);
        if (bad.any().item<bool>())
        {
            throw new ArgumentException(
                $"Expected finite points; found NaN or infinity in {bad.sum().item<long>()} of {points.shape[0]}, first in point {bad.to(ScalarType.Int64).argmax().item<long>()}.",
                nameof(points));
        }
    }
}
