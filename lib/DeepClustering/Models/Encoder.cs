using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>q(z|x) = N(z; μ, σ² I): pixels to the mean and log variance of the latent code.</summary>
public sealed class Encoder : nn.Module<Tensor, (Tensor Mean, Tensor LogVariance)>
{
    private readonly Sequential hidden;
    private readonly Dense mean;
    private readonly Dense logVariance;

    internal Encoder(Architecture architecture, Generator random) : base(nameof(Encoder))
    {
        int[] widths = [architecture.PixelCount, .. architecture.HiddenWidths];
        hidden = Layers.ReluStack(widths, random);
        mean = new Dense(widths[^1], architecture.LatentSize, random);
        logVariance = new Dense(widths[^1], architecture.LatentSize, random);
        RegisterComponents();
    }

    /// <summary>μ and log σ² of every observation.</summary>
    /// <param name="x">Pixel intensities in [0, 1], (B, D_x).</param>
    /// <returns>Two tensors (B, D); the caller disposes them.</returns>
    public override (Tensor Mean, Tensor LogVariance) forward(Tensor x)
    {
        using var features = hidden.forward(x);              // (B, 2000)
        return Dense.Both(mean, logVariance, features);
    }

    /// <summary>μ alone, as the plain autoencoder's code and for clustering.</summary>
    /// <param name="x">Pixel intensities in [0, 1], (B, D_x).</param>
    /// <returns>(B, D); the caller disposes it.</returns>
    public Tensor Mean(Tensor x)
    {
        using var features = hidden.forward(x);
        return mean.forward(features);
    }

    /// <summary>Makes log σ² the same for every x.</summary>
    internal void ResetLogVariance(double value) => logVariance.SetConstant(value);
}
