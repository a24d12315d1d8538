using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>Checks of the arguments that charts share.</summary>
internal static class Shapes
{
    /// <summary>Asks for a matrix (N, D) of finite floating-point numbers with N, D ≥ 1.</summary>
    public static void RequirePoints(Tensor points, string parameter)
    {
        if (points.dim() != 2 || points.numel() == 0 || !points.is_floating_point())
        {
            throw new ArgumentException($"Expected a floating-point matrix (N, D); found {points.dtype} of shape {Describe(points)}.", parameter);
        }

        using var finite = points.isfinite();
        using var all = finite.all();
        if (!all.item<bool>())
        {
            throw new ArgumentException("Holds NaN or infinity.", parameter);
        }
    }

    /// <summary>A shape as people write it: (N, D).</summary>
    public static string Describe(Tensor tensor) => $"({string.Join(", ", tensor.shape)})";
}
