using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>Independent Bernoulli pixels, μ_x = sigmoid(logits); grey pixels count as probabilities (Jiang et al. 2017, eq. 3).</summary>
public sealed record Bernoulli : ILikelihood
{
    /// <summary>Σ_i x_i log μ_i + (1 − x_i) log(1 − μ_i), from the logits, so that no logarithm meets a zero.</summary>
    /// <inheritdoc/>
    public Tensor LogDensity(Tensor x, Tensor logits)
    {
        using var scope = NewDisposeScope();
        var crossEntropy = nn.functional.binary_cross_entropy_with_logits(logits, x, reduction: nn.Reduction.None);
        return (-crossEntropy.sum(-1)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor logits) => sigmoid(logits);
}
