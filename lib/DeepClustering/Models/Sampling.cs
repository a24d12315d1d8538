using DeepClustering.Devices;
using static TorchSharp.torch;

namespace DeepClustering.Models;

/// <summary>The reparameterization z = μ + exp(½ log σ²)·ε, ε ~ N(0, I) (Kingma and Welling 2014, section 2.4).</summary>
public sealed class Sampling : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Generator _random;

    /// <param name="random">Where ε comes from; it stays the caller's.</param>
    public Sampling(Generator random) : base(nameof(Sampling)) => _random = random;

    /// <summary>One draw of z for each row, differentiable in both arguments.</summary>
    /// <param name="mean">μ, (B, D).</param>
    /// <param name="logVariance">log σ², (B, D).</param>
    /// <returns>(B, D); the caller disposes it.</returns>
    public override Tensor forward(Tensor mean, Tensor logVariance)
    {
        using var scope = NewDisposeScope();
        var noise = _random.NormalLike(mean);
        return (mean + exp(0.5 * logVariance) * noise).MoveToOuterDisposeScope();
    }
}
