using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>The plain autoencoder that VaDE starts from: x → μ → x, without noise.</summary>
public sealed class Autoencoder : LatentModel
{
    /// <param name="architecture">The layers, such as <see cref="MultilayerPerceptron"/>.</param>
    /// <param name="likelihood">p(x|z); the default is <see cref="Bernoulli"/>.</param>
    /// <param name="seed">Decides the initial weights.</param>
    public Autoencoder(Architecture architecture, ILikelihood? likelihood = null, long seed = 1)
        : base(nameof(Autoencoder), architecture, likelihood ?? new Bernoulli(), seed) => Complete();

    /// <summary>The reconstruction term alone, −log p(x|z = μ).</summary>
    /// <inheritdoc/>
    public override Loss Loss(Tensor x) => Loss(x, x);

    internal override bool RestoresWhatItSees => true;

    internal override Loss Loss(TrainingBatch batch) => Loss(batch.X, batch.Seen);

    /// <summary>The denoising loss: the encoder sees a distorted or partly hidden x and has to restore the original.</summary>
    /// <param name="x">What to restore, (B, D_x), float32.</param>
    /// <param name="seen">What the encoder is given, (B, D_x), float32.</param>
    /// <returns>The loss; the caller disposes its tensors.</returns>
    public Loss Loss(Tensor x, Tensor seen)
    {
        using var scope = NewDisposeScope();
        var reconstruction = -Likelihood.LogProb(x, decoder.forward(encoder.Mean(seen))).mean();
        return new Loss((LossTerms.Reconstruction, reconstruction)).MoveToOuterDisposeScope();
    }
}
