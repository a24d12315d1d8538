using TorchSharp;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>The checks that all metrics share.</summary>
internal static class MetricArguments
{
    /// <summary>Requires two labellings of the same points.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void CheckLabellings(IReadOnlyList<int> classes, IReadOnlyList<int> clusters)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(clusters);
        if (classes.Count != clusters.Count)
        {
            throw new ArgumentException(
                $"Classes and clusters must label the same points: found {classes.Count} classes and {clusters.Count} clusters.",
                nameof(clusters));
        }
    }

    /// <summary>Requires finite points and between 2 and N - 1 different labels for them.</summary>
    /// <returns>The labels as indices.</returns>
    /// <exception cref="ArgumentException">The points are not a finite (N, D) tensor of floats on the CPU, the lengths differ, or the number of labels is out of range.</exception>
    public static LabelEncoding CheckLabelledPoints(Tensor points, IReadOnlyList<int> labels)
    {
        ArgumentNullException.ThrowIfNull(points);
        ArgumentNullException.ThrowIfNull(labels);
        if (points.dim() != 2 || points.shape[1] == 0 || points.device_type != DeviceType.CPU
            || points.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"Points must be a tensor (N, D) of Float32 or Float64 on the CPU, D at least 1: found ({string.Join(", ", points.shape)}) of {points.dtype} on {points.device_type}.",
                nameof(points));
        }

        if (points.shape[0] != labels.Count)
        {
            throw new ArgumentException(
                $"Every point needs one label: found {points.shape[0]} points and {labels.Count} labels.",
                nameof(labels));
        }

        CheckFinite(points);
        var encoding = LabelEncoding.Of(labels);
        if (encoding.Values.Length < 2 || encoding.Values.Length >= labels.Count)
        {
            throw new ArgumentException(
                $"Number of labels is {encoding.Values.Length}. Valid values are 2 to {labels.Count - 1}, the number of points minus 1 (inclusive).",
                nameof(labels));
        }

        return encoding;
    }

    /// <summary>Points beyond 1e100 or all within 1e-100 times a power of two, thus exactly, so that squares neither overflow nor vanish; others as they are.</summary>
    /// <param name="points">Points, float64.</param>
    public static Tensor WithoutOverflow(Tensor points)
    {
        using var scope = NewDisposeScope();
        var (least, most) = points.aminmax();
        double largest = Math.Max(-least.item<double>(), most.item<double>());
        return (largest is 0 or (> 1e-100 and < 1e100) ? points.alias() : points * Math.ScaleB(1, -Math.Max(Math.ILogB(largest), -1000))).MoveToOuterDisposeScope();
    }

    private static void CheckFinite(Tensor points)
    {
        if (points.shape[0] == 0)
        {
            return;
        }
        using var scope = NewDisposeScope();
        var (least, most) = points.aminmax();   // NaN, if there is one
        if ((least.isfinite() & most.isfinite()).item<bool>())
        {
            return;
        }
        var bad = points.isfinite().logical_not().any(1L);
        throw new ArgumentException(
            $"Points must be finite: found NaN or infinity in {bad.sum().item<long>()} of {points.shape[0]} points, first in point {bad.to(ScalarType.Int64).argmax().item<long>()}.",
            nameof(points));
    }
}
