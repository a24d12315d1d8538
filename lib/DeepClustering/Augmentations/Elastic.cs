using DeepClustering.Data;
using DeepClustering.Devices;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>Bends images smoothly, as a hand does from one time to the next, and moves them as <see cref="Affine"/> does, by one interpolation.</summary>
/// <remarks>
/// P. Y. Simard, D. Steinkraus and J. C. Platt, "Best practices for convolutional neural networks applied to visual document analysis",
/// ICDAR 2003, section 2; the field of displacements is interpolated from a few points here, and not smoothed by a Gaussian.
/// Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.
/// </remarks>
public sealed record Elastic : IAugmentation
{
    /// <inheritdoc/>
    bool IAugmentation.NeedsImages => true;

    /// <summary>True: bilinear interpolation leaves no interval that holds 0.</summary>
    bool IAugmentation.StaysInSupport => true;

    /// <summary>The standard deviation of a point's displacement along each axis, in pixels. Range: at least 0.</summary>
    public double Displacement
    {
        get;
        init => field = Require.NotNegative(value, nameof(Displacement));
    } = 1.5;

    /// <summary>How many points along each side have a displacement of their own; between them it is interpolated linearly. Range: at least 2.</summary>
    public int Points
    {
        get;
        init => field = Require.AtLeast(2, value, nameof(Points));
    } = 5;

    /// <summary>How the whole image moves.</summary>
    public Affine Affine { get; init; } = new();

    /// <summary>Distorted copies, by bilinear interpolation; what comes in from outside is 0. All channels of an image move together.</summary>
    /// <inheritdoc/>
    public Tensor Apply(Tensor x, ImageShape? shape, Generator random)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var images = Affine.RequireImages(x, shape, nameof(Elastic));
        var grid = Affine.Grid(x, images, random);                                                           // (B, H, W, 2)
        // Coordinates go from −1 to 1 along either side.
        var pixels = tensor(new[] { 2 * Displacement / images.Width, 2 * Displacement / images.Height }, x.dtype, x.device);
        var points = random.Normal([x.shape[0], 2, Points, Points], x.dtype, x.device);
        var field = nn.functional.interpolate(points, size: [images.Height, images.Width], mode: InterpolationMode.Bilinear, align_corners: true)
            .permute(0, 2, 3, 1) * pixels;
        return Affine.Resampled(x, images, grid + field).MoveToOuterDisposeScope();
    }
}
