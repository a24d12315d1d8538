using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>Argument checks that charts share.</summary>
internal static class Shapes
{
    /// <summary>Requires a matrix (N, D) of finite floating-point numbers with N, D ≥ 1.</summary>
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
            throw new ArgumentException("Expected finite points; found NaN or infinity.", parameter);
        }
    }

    /// <summary>The shape of images for which none was given: grey and square.</summary>
    /// <param name="images">(N, side²).</param>
    /// <param name="parameter">Its name, for an error.</param>
    /// <exception cref="ArgumentException">The rows have no square number of values.</exception>
    public static ImageShape SquareImage(Tensor images, string parameter)
    {
        int side = images.dim() == 2 ? (int)Math.Sqrt(images.shape[1]) : 0;
        return side >= 1 && (long)side * side == images.shape[1]
            ? new ImageShape(1, side, side)
            : throw new ArgumentException($"Expected grey square pictures (N, side²), or their shape beside them; found {Describe(images)}.", parameter);
    }

    /// <summary>A shape as people write it: (N, D).</summary>
    public static string Describe(Tensor tensor) => $"({string.Join(", ", tensor.shape)})";
}
