using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Devices;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>Slightly rotates, shifts, scales, stretches and shears images, with amounts drawn uniformly and independently for every image.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record Affine : IAugmentation
{
    /// <inheritdoc/>
    bool IAugmentation.NeedsImages => true;

    /// <summary>True: bilinear interpolation leaves no interval that holds 0.</summary>
    bool IAugmentation.StaysInSupport => true;

    /// <summary>Largest rotation to either side, in degrees. Range: at least 0.</summary>
    public double Rotation
    {
        get;
        init => field = Require.NotNegative(value, nameof(Rotation));
    }

    /// <summary>Largest shift along each axis, in pixels. Range: at least 0.</summary>
    public double Shift
    {
        get;
        init => field = Require.NotNegative(value, nameof(Shift));
    }

    /// <summary>Largest relative change of size: 0.1 draws factors from 0.9 to 1.1. Range: 0 to below 1.</summary>
    public double Scale
    {
        get;
        init => field = Require.Share(value, nameof(Scale));
    }

    /// <summary>Largest relative change of the width, and by itself of the height: 0.3 draws both factors from 0.7 to 1.3. Range: 0 to below 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double Stretch
    {
        get;
        init => field = Require.Share(value, nameof(Stretch));
    }

    /// <summary>Largest horizontal shear, as a share of the height. Range: at least 0.</summary>
    public double Shear
    {
        get;
        init => field = Require.NotNegative(value, nameof(Shear));
    }

    /// <summary>Distorted copies, by bilinear interpolation; what comes in from outside is 0. All channels of an image move together.</summary>
    /// <inheritdoc/>
    public Tensor Apply(Tensor x, ImageShape? shape, Generator random)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var images = RequireImages(x, shape, nameof(Affine));
        return Resampled(x, images, Grid(x, images, random)).MoveToOuterDisposeScope();
    }

    /// <summary>The shape, if the rows are images of it.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    internal static ImageShape RequireImages(Tensor x, ImageShape? shape, string augmentation) => shape is not null && shape.Size == x.shape[1] ? shape
        : throw new ArgumentException(
            $"{augmentation} distorts images; found rows of {x.shape[1]} values{(shape is null ? "" : $", which are no images of {shape}")}.", nameof(shape));

    /// <summary>The images' values where a grid of <see cref="Grid"/> says, (B, D_x), by bilinear interpolation.</summary>
    internal static Tensor Resampled(Tensor x, ImageShape shape, Tensor grid)
    {
        using var images = x.reshape(-1, shape.Channels, shape.Height, shape.Width);
        using var moved = nn.functional.grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Zeros, align_corners: false);
        return moved.reshape(x.shape[0], -1);
    }

    /// <summary>Where each pixel of the copies comes from, (B, H, W, 2), in coordinates from −1 to 1 along either side.</summary>
    internal Tensor Grid(Tensor x, ImageShape shape, Generator random)
    {
        using var scope = NewDisposeScope();
        long count = x.shape[0];
        double aspect = (double)shape.Height / shape.Width;
        Tensor Uniform(double largest) => random.Uniform([count], x.dtype, x.device).mul_(2 * largest).sub_(largest);
        var angle = Uniform(Rotation * Math.PI / 180);
        var size = 1 / (1 + Uniform(Scale));
        var (cosine, sine, shear) = (cos(angle) * size, sin(angle) * size, Uniform(Shear));
        // The inverse map, row by row.
        Tensor[] across = [cosine, (shear - sine) * aspect, Uniform(2 * Shift / shape.Width)];
        Tensor[] down = [sine / aspect, cosine, Uniform(2 * Shift / shape.Height)];
        if (Stretch > 0)
        {
            across = Divided(across, 1 + Uniform(Stretch));
            down = Divided(down, 1 + Uniform(Stretch));
        }
        var rows = stack([.. across, .. down], 1);
        return nn.functional.affine_grid(rows.reshape(count, 2, 3), [count, shape.Channels, shape.Height, shape.Width], align_corners: false)
            .MoveToOuterDisposeScope();
    }

    /// <summary>The image is stretched along its own axes, before it is turned; its place is kept.</summary>
    private static Tensor[] Divided(Tensor[] row, Tensor factor) => [row[0] / factor, row[1] / factor, row[2]];
}
