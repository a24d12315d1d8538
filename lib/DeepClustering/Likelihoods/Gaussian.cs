using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>Independent Gaussian features with one fixed standard deviation (Jiang et al. 2017, eq. 4).</summary>
/// <param name="StandardDeviation">σ_x of every feature, in model units. Range: positive.</param>
public sealed record Gaussian(double StandardDeviation = 0.1) : ILikelihood
{
    /// <summary>See the type's parameter of that name.</summary>
    [JsonPropertyName("Deviation")]
    public double StandardDeviation
    {
        get;
        init => field = Require.Positive(value, nameof(StandardDeviation));
    } = Require.Positive(StandardDeviation);

    /// <summary>
    /// Where the mean lies: sigmoid(outputs) for <see cref="Support.UnitInterval"/>, as intensities need it, and the outputs as they are
    /// for <see cref="Support.Real"/>, as standardised features do.
    /// </summary>
    public Support Support { get; init; } = Support.UnitInterval;

    /// <summary>Σ_i log N(x_i; μ_i, σ²).</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor x, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var squares = ((x - Mean(parameters)) / StandardDeviation).square().sum(-1);
        double constant = x.shape[^1] * Math.Log(2 * Math.PI * StandardDeviation * StandardDeviation);
        return (-0.5 * (squares + constant)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Mean(Tensor parameters) => Support == Support.UnitInterval ? sigmoid(parameters) : parameters.alias();
}
