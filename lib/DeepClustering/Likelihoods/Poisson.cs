using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>Independent Poisson features, rate e^output, for counts such as those of words.</summary>
public sealed record Poisson : ILikelihood
{
    /// <inheritdoc/>
    Support ILikelihood.Support => Support.Count;

    /// <summary>Σ_i x_i log λ_i − λ_i − log x_i!.</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor x, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return (x * parameters - exp(parameters) - lgamma(x + 1)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor parameters) => exp(parameters);

    /// <summary>log(1 + x), because counts have long tails; values that noise made negative are taken as 0.</summary>
    /// <inheritdoc/>
    public Tensor EncoderInput(Tensor x)
    {
        using var scope = NewDisposeScope();
        return log1p(x.clamp_min(0)).MoveToOuterDisposeScope();
    }
}
