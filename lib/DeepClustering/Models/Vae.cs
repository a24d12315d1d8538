using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>The variational autoencoder with prior N(0, I) (Kingma and Welling 2014).</summary>
public sealed class Vae : LatentModel
{
    private readonly Sampling sampling;

    /// <param name="architecture">The layers, such as <see cref="MultilayerPerceptron"/>.</param>
    /// <param name="likelihood">p(x|z); the default is <see cref="Bernoulli"/>.</param>
    /// <param name="seed">Decides the initial weights and the noise.</param>
    public Vae(Architecture architecture, ILikelihood? likelihood = null, long seed = 1)
        : base(nameof(Vae), architecture, likelihood ?? new Bernoulli(), seed)
    {
        sampling = new Sampling(Random);
        Complete();
    }

    /// <summary>The negative ELBO at one draw of z.</summary>
    /// <inheritdoc/>
    public override Loss Loss(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (mean, logVariance) = encoder.forward(x);
        var z = sampling.forward(mean, logVariance);
        return VaeLoss.NegativeElbo(Likelihood.LogProb(x, decoder.forward(z)), mean, logVariance).MoveToOuterDisposeScope();
    }

    /// <summary>Generates observations: z ~ N(0, I), decoded to their expected values.</summary>
    /// <param name="count">How many, N.</param>
    /// <returns>(N, D_x) in model units; the caller disposes it.</returns>
    public Tensor Sample(int count)
    {
        using var z = randn([count, Architecture.LatentSize], generator: Random);
        return Decode(z);
    }
}
