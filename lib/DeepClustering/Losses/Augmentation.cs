using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>Random distortions that leave a digit the digit it is: each drawn uniformly and anew for every image.</summary>
public sealed record Augmentation
{
    /// <summary>Largest rotation to either side, in degrees. Range: at least 0.</summary>
    public double Rotation { get; init; }

    /// <summary>Largest shift along each axis, in pixels. Range: at least 0.</summary>
    public double Shift { get; init; }

    /// <summary>Largest change of size, as a share: 0.1 draws factors from 0.9 to 1.1. Range: 0 to below 1.</summary>
    public double Scale { get; init; }

    /// <summary>Largest horizontal shear, as a share of the height. Range: at least 0.</summary>
    public double Shear { get; init; }

    /// <summary>Throws if an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option and its value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Rotation);
        ArgumentOutOfRangeException.ThrowIfNegative(Shift);
        ArgumentOutOfRangeException.ThrowIfNegative(Scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(Scale, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Shear);
    }

    /// <summary>Distorted copies, by bilinear interpolation; what comes in from outside is black.</summary>
    /// <param name="x">Square images, row by row, (B, D_x), floats.</param>
    /// <param name="random">The source of the draws; it stays the caller's.</param>
    /// <returns>(B, D_x); the caller disposes it.</returns>
    /// <exception cref="ArgumentException">D_x is not a square number.</exception>
    public Tensor Apply(Tensor x, Generator random)
    {
        long count = x.shape[0], side = (long)Math.Sqrt(x.shape[1]);
        if (side * side != x.shape[1])
        {
            throw new ArgumentException($"expected square images, found {x.shape[1]} pixels each.", nameof(x));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        Tensor Uniform(double largest) => rand([count], generator: random).mul_(2 * largest).sub_(largest);
        var angle = Uniform(Rotation * Math.PI / 180);
        var size = 1 / (1 + Uniform(Scale));
        var (cosine, sine, shear) = (cos(angle) * size, sin(angle) * size, Uniform(Shear));
        // Rows of the inverse map, from a pixel to where it comes from, in coordinates from −1 to 1.
        var rows = stack([cosine, shear - sine, Uniform(2 * Shift / side), sine, cosine, Uniform(2 * Shift / side)], 1);
        var grid = nn.functional.affine_grid(rows.reshape(count, 2, 3), [count, 1, side, side], align_corners: false);
        var images = x.reshape(count, 1, side, side);
        return nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false)
            .reshape(count, -1).MoveToOuterDisposeScope();
    }
}
