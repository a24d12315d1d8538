using DeepClustering.Likelihoods;
using DeepClustering.Networks;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>q(z|x) = N(z; μ, σ² I): observations to the mean and log variance of the latent code.</summary>
public sealed class Encoder : nn.Module<Tensor, (Tensor Mean, Tensor LogVariance)>
{
    private readonly nn.Module<Tensor, Tensor> hidden;
    private readonly Dense mean;
    private readonly Dense logVariance;
    private readonly ILikelihood _likelihood;

    internal Encoder(Architecture architecture, ILikelihood likelihood, Generator random) : base(nameof(Encoder))
    {
        _likelihood = likelihood;
        (hidden, int width) = architecture.EncoderLayers(random);
        mean = new Dense(width, architecture.LatentSize, random);
        logVariance = new Dense(width, architecture.LatentSize, random);
        RegisterComponents();
    }

    /// <summary>μ and log σ² of every observation.</summary>
    /// <param name="x">Observations in model units, (B, D_x).</param>
    /// <returns>Two tensors (B, D); the caller disposes them.</returns>
    public override (Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        using var features = Features(x);
        return Dense.Both(mean, logVariance, features);
    }

    /// <summary>μ alone: the plain autoencoder's code, and what is clustered.</summary>
    /// <param name="x">Observations in model units, (B, D_x).</param>
    /// <returns>(B, D); the caller disposes it.</returns>
    public Tensor Mean(Tensor x)
    {
        using var features = Features(x);
        return mean.forward(features);
    }

    internal Device Device => mean.Device;

    /// <summary>Makes log σ² the same for every x.</summary>
    internal void ResetLogVariance(double value) => logVariance.SetConstant(value);

    private Tensor Features(Tensor x)
    {
        using var scope = NewDisposeScope();
        return hidden.forward(_likelihood.EncoderInput(x)).MoveToOuterDisposeScope();      // (B, F)
    }
}
