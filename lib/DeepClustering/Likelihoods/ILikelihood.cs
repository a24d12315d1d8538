using System.Text.Json.Serialization;
using DeepClustering.Naming;
using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>p(x|z), given the decoder's output.</summary>
/// <remarks>
/// A new likelihood of the library is a type of its own and a line here, by which run records name it; one of your own is made known
/// by <see cref="NamedTypes.Register{TKind, TOwn}"/>. Make it an immutable record: what it is goes into the run's record as its properties.
/// </remarks>
[JsonConverter(typeof(NamedTypeConverter<ILikelihood>))]
[NamedType(typeof(Bernoulli))]
[NamedType(typeof(ContinuousBernoulli))]
[NamedType(typeof(Gaussian))]
[NamedType(typeof(HeteroscedasticGaussian))]
[NamedType(typeof(Poisson))]
public interface ILikelihood
{
    /// <summary>Outputs of the decoder for each feature, P: one where a number says all, two for a mean and a variance.</summary>
    int OutputsPerFeature => 1;

    /// <summary>The values of x that it is defined on; others are refused before the first step.</summary>
    Support Support { get; }

    /// <summary>log p(x|z), summed over the features.</summary>
    /// <param name="x">Observations in model units, (B, D_x), in <see cref="Support"/>.</param>
    /// <param name="parameters">The decoder's output, (B, P · D_x): all features' first outputs, then their second ones.</param>
    /// <returns>(B), in nats, differentiable; the caller disposes it.</returns>
    Tensor LogProb(Tensor x, Tensor parameters);

    /// <summary>E[x|z], what a picture shows.</summary>
    /// <param name="parameters">The decoder's output, (B, P · D_x).</param>
    /// <returns>(B, D_x) in model units; the caller disposes it.</returns>
    Tensor Mean(Tensor parameters);

    /// <summary>What the encoder is given in the place of x, where x as it is would be hard to learn from; x itself unless told otherwise.</summary>
    /// <param name="x">Observations in model units, perhaps distorted, (B, D_x).</param>
    /// <returns>(B, D_x); x, or a tensor that the caller disposes.</returns>
    Tensor EncoderInput(Tensor x) => x;
}
