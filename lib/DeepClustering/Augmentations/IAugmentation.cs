using System.Text.Json.Serialization;
using DeepClustering.Data;
using DeepClustering.Naming;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>A random distortion that leaves an observation of the class it is of.</summary>
/// <remarks>
/// A new augmentation of the library is a type of its own and a line here, by which run records name it; one of your own is made known
/// by <see cref="NamedTypes.Register{TKind, TOwn}"/>. Make it an immutable record.
/// </remarks>
[JsonConverter(typeof(NamedTypeConverter<IAugmentation>))]
[NamedType(typeof(Affine), IsDefault = true)]
[NamedType(typeof(FeatureNoise))]
[NamedType(typeof(FeatureMasking))]
public interface IAugmentation
{
    /// <summary>Whether it is for images alone: rows without a shape are then refused before the first step.</summary>
    bool NeedsImages => false;

    /// <summary>
    /// Whether what it makes lies where all x lie, such as in [0, 1]. What may leave it is held to the likelihood's support before
    /// a loss compares it with anything.
    /// </summary>
    bool StaysInSupport => false;

    /// <summary>Throws if an option is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option and its value.</exception>
    void Validate();

    /// <summary>Distorted copies, each row by draws of its own.</summary>
    /// <param name="x">Observations in model units, (B, D_x), floats.</param>
    /// <param name="shape">What a row is an image of; null where rows are no images.</param>
    /// <param name="random">The source of the draws, on the processor (<see cref="Devices.Draws"/> moves them); it stays the caller's.</param>
    /// <returns>(B, D_x) of x's dtype and device, without gradients; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">It needs images, and these are none or of another size.</exception>
    Tensor Apply(Tensor x, ImageShape? shape, Generator random);
}
