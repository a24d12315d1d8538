using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>Independent Bernoulli features, μ_x = sigmoid(logits); intensities count as probabilities (Jiang et al. 2017, eq. 3).</summary>
/// <remarks>No density of intensities between 0 and 1: <see cref="ContinuousBernoulli"/> is.</remarks>
public sealed record Bernoulli : ILikelihood
{
    /// <inheritdoc/>
    Support ILikelihood.Support => Support.UnitInterval;

    /// <summary>Σ_i x_i log μ_i + (1 − x_i) log(1 − μ_i), from the logits, so that no logarithm meets a zero.</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor x, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var crossEntropy = nn.functional.binary_cross_entropy_with_logits(parameters, x, reduction: nn.Reduction.None);
        return (-crossEntropy.sum(-1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor parameters) => sigmoid(parameters);
}
