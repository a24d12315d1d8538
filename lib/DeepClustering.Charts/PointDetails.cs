using System.Globalization;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>What is known of the points of a latent space, for a chart to show where the pointer is.</summary>
/// <param name="Images">The digits, (N, 784), bytes or intensities in [0, 1]; they stay the caller's.</param>
/// <param name="Classes">Their true classes, N.</param>
/// <param name="Responsibilities">γ, (N, K), rows sum to one, or null for a model without clusters; it stays the caller's.</param>
public sealed record PointDetails(Tensor Images, IReadOnlyList<int> Classes, Tensor? Responsibilities = null)
{
    /// <summary>Pictures in a row of <see cref="Pictures"/>; the page's script counts with it.</summary>
    internal const int PicturesInARow = 50;

    /// <summary>Throws <see cref="ArgumentException"/> unless all of it is of so many points.</summary>
    internal void Check(int count, string parameter)
    {
        void Require(bool holds, string message)
        {
            if (!holds)
            {
                throw new ArgumentException(message, parameter);
            }
        }
        Require(Images.dim() == 2 && Images.shape[0] == count, $"{nameof(Images)}: expected pictures ({count}, 784), found {Shapes.Describe(Images)}.");
        Require(Classes.Count == count, $"{nameof(Classes)}: expected {count}, one a point, found {Classes.Count}.");
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
            $"digit {point}: class {Classes[point]}{(shares is null ? "" : $", cluster {chosen![i]} (γ = {shares[i]:0.000})")}"))];
    }

    /// <summary>The pictures of some points as one PNG, base64.</summary>
    internal string Pictures(int[] points)
    {
        using var chosen = Images.index_select(0, tensor(points));
        return Convert.ToBase64String(DigitGrid.From(chosen, columns: PicturesInARow, scale: 1).Png.Span);
    }
}
