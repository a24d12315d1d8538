using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Naming;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>A random distortion that does not change an observation's class.</summary>
/// <remarks>
/// To add an augmentation to the library, write a type and add a line here, which lets run records name it; register one of your own
/// with <see cref="NamedTypes.Register{TKind, TOwn}"/>. Make it an immutable record.
/// </remarks>
[JsonConverter(typeof(NamedTypeConverter<IAugmentation>))]
[NamedType(typeof(Affine), IsDefault = true)]
[NamedType(typeof(Elastic))]
[NamedType(typeof(FeatureNoise))]
[NamedType(typeof(FeatureMasking))]
public interface IAugmentation
{
    /// <summary>Whether the augmentation is for images only: rows without a shape are then refused before the first step.</summary>
    bool NeedsImages => false;

    /// <summary>
    /// Whether distorted copies stay within any support that holds 0, such as [0, 1]. If not, they are clamped to the likelihood's support before
    /// a loss uses them.
    /// </summary>
    bool StaysInSupport => false;

    /// <summary>Makes distorted copies, with independent draws for each row.</summary>
    /// <param name="x">Observations in model units, (B, D_x), floats.</param>
    /// <param name="shape">What a row is an image of; null where rows are no images.</param>
    /// <param name="random">The source of the draws, on the processor (<see cref="Devices.Draws"/> moves them); it stays the caller's.</param>
    /// <returns>(B, D_x) of x's dtype and device, without gradients; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The augmentation needs images, and the rows are not images or have another size.</exception>
    Tensor Apply(Tensor x, ImageShape? shape, Generator random);
}
