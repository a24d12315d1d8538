using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>Independent Gaussian features whose variances the decoder learns along with their means (Kingma and Welling 2014, appendix C.2).</summary>
/// <remarks>
/// σ² = e^s + σ²_min for a feature's second output s: without the floor, a feature that is constant or memorised
/// would make the likelihood arbitrarily large.
/// </remarks>
/// <param name="MinimumStandardDeviation">σ_min of every feature, in model units. Range: positive.</param>
public sealed record HeteroscedasticGaussian(double MinimumStandardDeviation = 0.1) : ILikelihood
{
    /// <summary>See the type's parameter of that name.</summary>
    public double MinimumStandardDeviation
    {
        get;
        init => field = Require.Positive(value, nameof(MinimumStandardDeviation));
    } = Require.Positive(MinimumStandardDeviation);

    /// <inheritdoc/>
    int ILikelihood.OutputsPerFeature => 2;

    /// <inheritdoc cref="Gaussian.Support"/>
    public Support Support { get; init; } = Support.Real;

    /// <summary>Σ_i log N(x_i; μ_i, σ_i²).</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor x, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var variance = exp(parameters.chunk(2, -1)[1]) + MinimumStandardDeviation * MinimumStandardDeviation;     // (B, D_x)
        var squares = (x - Mean(parameters)).square() / variance;
        return GaussianFormulas.LogDensity(squares, log(variance)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var outputs = parameters.chunk(2, -1)[0];
        return (Support == Support.UnitInterval ? sigmoid(outputs) : outputs.alias()).MoveToOuterDisposeScope();
    }
}
