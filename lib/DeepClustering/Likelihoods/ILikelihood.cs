using System.Text.Json.Serialization;
using DeepClustering.Naming;
using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>p(x|z), given the decoder's output.</summary>
/// <remarks>
/// To add a likelihood to the library, write a type and add a line here, which lets run records name it; register one of your own
/// with <see cref="NamedTypes.Register{TKind, TOwn}"/>. Make it an immutable record: a run's record stores its properties.
/// </remarks>
[JsonConverter(typeof(NamedTypeConverter<ILikelihood>))]
[NamedType(typeof(Bernoulli))]
[NamedType(typeof(ContinuousBernoulli))]
[NamedType(typeof(Gaussian))]
[NamedType(typeof(HeteroscedasticGaussian))]
[NamedType(typeof(Poisson))]
public interface ILikelihood
{
    /// <summary>Decoder outputs per feature, P: for example one for a mean, two for a mean and a variance.</summary>
    int OutputsPerFeature => 1;

    /// <summary>The values of x that the likelihood is defined on; others are refused before the first step.</summary>
    Support Support { get; }

    /// <summary>log p(x|z), summed over the features.</summary>
    /// <param name="x">Observations in model units, (B, D_x), in <see cref="Support"/>.</param>
    /// <param name="parameters">The decoder's output, (B, P · D_x): all features' first outputs, then their second ones.</param>
    /// <returns>(B), in nats, differentiable; the caller disposes it.</returns>
    Tensor LogProb(Tensor x, Tensor parameters);

    /// <summary>E[x|z], the expected observation, which pictures show.</summary>
    /// <param name="parameters">The decoder's output, (B, P · D_x).</param>
    /// <returns>(B, D_x) in model units; the caller disposes it.</returns>
    Tensor Mean(Tensor parameters);

    /// <summary>What the encoder sees instead of x, if x itself would be hard to learn from; by default x.</summary>
    /// <param name="x">Observations in model units, possibly distorted, (B, D_x).</param>
    /// <returns>(B, D_x); x, or a tensor that the caller disposes.</returns>
    Tensor EncoderInput(Tensor x) => x;
}
