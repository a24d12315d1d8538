using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>p(x|z), given the decoder's output.</summary>
/// <remarks>A new likelihood is a type of its own and a line here, by which run records name it.</remarks>
[JsonDerivedType(typeof(Bernoulli), nameof(Bernoulli))]
[JsonDerivedType(typeof(Gaussian), nameof(Gaussian))]
public interface ILikelihood
{
    /// <summary>log p(x|z), summed over the pixels.</summary>
    /// <param name="x">Pixel intensities in [0, 1], (B, D_x).</param>
    /// <param name="logits">The decoder's output, (B, D_x).</param>
    /// <returns>(B), in nats, differentiable; the caller disposes it.</returns>
    Tensor LogDensity(Tensor x, Tensor logits);

    /// <summary>E[x|z], what a picture shows.</summary>
    /// <param name="logits">The decoder's output, (B, D_x).</param>
    /// <returns>(B, D_x) in [0, 1]; the caller disposes it.</returns>
    Tensor Mean(Tensor logits);
}
