namespace DeepClustering.Models;

/// <summary>The widths of a model: by default 784-500-500-2000-10 and its mirror (Jiang et al. 2017, section 4.2).</summary>
public sealed record Architecture
{
    /// <summary>Values of one observation, D_x. Range: at least 1.</summary>
    public int PixelCount { get; init; } = 784;

    /// <summary>Widths of the encoder's hidden layers, from the pixels inwards; the decoder mirrors them.</summary>
    public IReadOnlyList<int> HiddenWidths { get; init; } = [500, 500, 2000];

    /// <summary>Dimensions of the latent space, D. Range: at least 1.</summary>
    public int LatentSize { get; init; } = 10;

    /// <summary>Throws if a width is not positive.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A width is below 1.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PixelCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LatentSize, 1);
        foreach (int width in HiddenWidths)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(width, 1, nameof(HiddenWidths));
        }
    }

    /// <summary>The widths in a row, such as 784-500-500-2000-10.</summary>
    public override string ToString() => string.Join('-', [PixelCount, .. HiddenWidths, LatentSize]);
}
