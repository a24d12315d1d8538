using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>Independent Gaussian pixels, μ_x = sigmoid(logits), with one fixed deviation (Jiang et al. 2017, eq. 4).</summary>
/// <param name="Deviation">σ_x of every pixel, in units of intensity. Range: positive.</param>
public sealed record Gaussian(double Deviation = 0.1) : ILikelihood
{
    /// <summary>Σ_i log N(x_i; μ_i, σ²).</summary>
    /// <inheritdoc/>
    public Tensor LogDensity(Tensor x, Tensor logits)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Deviation);
        using var scope = NewDisposeScope();
        var squares = ((x - sigmoid(logits)) / Deviation).square().sum(-1);
        double constant = x.shape[^1] * Math.Log(2 * Math.PI * Deviation * Deviation);
        return (-0.5 * (squares + constant)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor logits) => sigmoid(logits);
}
