using DeepClustering.Losses;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>The plain autoencoder that VaDE starts from: x → μ → x, no noise.</summary>
public sealed class Autoencoder : LatentModel
{
    /// <param name="architecture">Widths; the default is the paper's.</param>
    /// <param name="likelihood">p(x|z); the default is <see cref="Bernoulli"/>.</param>
    /// <param name="seed">Decides the initial weights.</param>
    public Autoencoder(Architecture? architecture = null, ILikelihood? likelihood = null, long seed = 1)
        : base(nameof(Autoencoder), architecture ?? new(), likelihood ?? new Bernoulli(), seed) => RegisterComponents();

    internal Encoder Encoder => encoder;

    internal Decoder Decoder => decoder;

    /// <summary>The reconstruction term alone, −log p(x|z = μ).</summary>
    /// <inheritdoc/>
    public override Loss Loss(Tensor x)
    {
        using var scope = NewDisposeScope();
        var reconstruction = -Likelihood.LogDensity(x, decoder.forward(encoder.Mean(x))).mean();
        return new Loss(("reconstruction", reconstruction)).MoveToOuterDisposeScope();
    }
}
