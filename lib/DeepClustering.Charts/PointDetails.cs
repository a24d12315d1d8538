using System.Globalization;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>What is known about the points of a latent space, for a chart to show at the pointer.</summary>
/// <param name="Images">The images that the points are codes of, (N, C · H · W), bytes or intensities in [0, 1], or null if there are none; they stay the caller's.</param>
/// <param name="Classes">Their true classes, N.</param>
/// <param name="Responsibilities">γ, (N, K), rows sum to one, or null for a model without clusters; it stays the caller's.</param>
/// <param name="Shape">What a row of <paramref name="Images"/> is an image of; grey and square where null.</param>
public sealed record PointDetails(Tensor? Images, IReadOnlyList<int> Classes, Tensor? Responsibilities = null, ImageShape? Shape = null)
{
    /// <summary>Pictures in a row of <see cref="Pictures"/>; the page's script counts with it.</summary>
    internal const int PicturesInARow = 50;

    /// <summary>Throws <see cref="ArgumentException"/> unless everything describes this number of points.</summary>
    internal void Check(int count, string parameter)
    {
        void Require(bool holds, string message)
        {
            if (!holds)
            {
                throw new ArgumentException(message, parameter);
            }
        }
        Require(Images is null || Images.dim() == 2 && Images.shape[0] == count,
            $"{nameof(Images)}: expected one row for each of the {count} points, found {(Images is null ? "none" : Shapes.Describe(Images))}.");
        Require(Classes.Count == count, $"{nameof(Classes)}: expected {count}, one per point, found {Classes.Count}.");
        Require(Responsibilities is null || Responsibilities.dim() == 2 && Responsibilities.shape[0] == count,
            $"{nameof(Responsibilities)}: expected responsibilities ({count}, K), found {(Responsibilities is null ? "none" : Shapes.Describe(Responsibilities))}.");
    }

    /// <summary>A line for each of some points: index, class, cluster and how responsible the cluster is.</summary>
    internal string[] Describe(int[] points)
    {
        using var scope = NewDisposeScope();
        var (most, clusters) = Responsibilities is { } gamma ? gamma.index_select(0, tensor(points)).max(1L) : default;
        float[]? shares = most?.to(float32).data<float>().ToArray();
        long[]? chosen = clusters?.data<long>().ToArray();
        return [.. points.Select((point, i) => string.Create(CultureInfo.InvariantCulture,
            $"sample {point}: class {Classes[point]}{(shares is null ? "" : $", cluster {chosen![i]} (γ = {shares[i]:0.000})")}"))];
    }

    /// <summary>The pictures of some points, or null where there are none or they would make a page megabytes large.</summary>
    internal PictureSheet? Pictures(int[] points)
    {
        if (Images is null || points.Length > LatentSpaceChart.MaxPictures)
        {
            return null;
        }
        var shape = Shape ?? Shapes.SquareImage(Images, nameof(Images));
        if ((long)points.Length * shape.Size > LatentSpaceChart.MaxPictureBytes)
        {
            return null;
        }
        using var chosen = Images.index_select(0, tensor(points));
        var grid = ImageGrid.From(chosen, columns: PicturesInARow, shape: shape, scale: 1);
        return new(Convert.ToBase64String(grid.Png.Span), shape.Width, shape.Height);
    }

    /// <summary>Pictures of one size in a grid, <see cref="PicturesInARow"/> to a row.</summary>
    /// <param name="Base64">The PNG.</param>
    /// <param name="Width">The width of one picture, in pixels.</param>
    /// <param name="Height">The height of one picture, in pixels.</param>
    internal sealed record PictureSheet(string Base64, int Width, int Height)
    {
        /// <summary>The sheet as the script of an interactive figure looks for it in the layout's <c>meta</c>.</summary>
        public object ToMeta() => new
        {
            pictures = "data:image/png;base64," + Base64,
            gap = ImageGrid.Gap,
            width = Width,
            height = Height,
            inARow = PicturesInARow,
        };
    }
}
