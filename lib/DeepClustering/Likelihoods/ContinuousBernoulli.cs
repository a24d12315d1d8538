using static TorchSharp.torch;

namespace DeepClustering.Likelihoods;

/// <summary>
/// Independent continuous Bernoulli features, p(x) ∝ λ^x (1 − λ)^(1 − x) on [0, 1], λ = sigmoid(logits): the Bernoulli's formula made
/// a density of intensities by its normalising constant (Loaiza-Ganem and Cunningham 2019, eq. 1 to 8).
/// </summary>
/// <remarks>
/// In the logit η the density is η e^(ηx) / (e^η − 1). With u = |η| / 2 its logarithm is η (x − ½) − log(sinh(u) / u), which is
/// taken from a series near λ = ½, where numerator and denominator vanish together.
/// </remarks>
public sealed record ContinuousBernoulli : ILikelihood
{
    /// <summary>The series are used for u below this; their first omitted terms are then below 1e-11.</summary>
    private const double SeriesBelow = 0.25;

    /// <inheritdoc/>
    Support ILikelihood.Support => Support.UnitInterval;

    /// <summary>Σ_i x_i log λ_i + (1 − x_i) log(1 − λ_i) + log C(λ_i).</summary>
    /// <inheritdoc/>
    public Tensor LogProb(Tensor x, Tensor parameters)
    {
        using var scope = NewDisposeScope();
        return (parameters * (x - 0.5) - LogNormaliser(parameters)).sum(-1).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the continuous Bernoulli, 1 / (1 − e^(−η)) − 1/η, which is not λ.</summary>
    /// <inheritdoc/>
    public Tensor Mean(Tensor parameters)
    {
        using var scope = NewDisposeScope();
        var (near, series, far) = Split(parameters / 2);
        var square = series.square();
        // (coth(u) − 1/u) / 2 = u/6 − u³/90 + u⁵/945 − u⁷/9450 + …
        var small = series * (1.0 / 6 + square * (-1.0 / 90 + square * (1.0 / 945 + square * (-1.0 / 9450))));
        var large = (1 / tanh(far) - 1 / far) / 2;
        return (0.5 + where(near, small, large)).MoveToOuterDisposeScope();
    }

    /// <summary>log(sinh(u) / u), u = |η| / 2.</summary>
    private static Tensor LogNormaliser(Tensor logits)
    {
        var (near, series, far) = Split(logits.abs() / 2);
        var square = series.square();
        // u²/6 − u⁴/180 + u⁶/2835 − u⁸/37800 + …
        var small = square * (1.0 / 6 + square * (-1.0 / 180 + square * (1.0 / 2835 + square * (-1.0 / 37800))));
        var large = far + log1p(-exp(-2 * far)) - log(2 * far);
        return where(near, small, large);
    }

    /// <summary>Where the series is used, and u for each formula, replaced by a harmless value where the other formula is used, because gradients of both are computed everywhere.</summary>
    private static (Tensor Near, Tensor Series, Tensor Far) Split(Tensor u)
    {
        var near = u.abs() < SeriesBelow;
        return (near, u.masked_fill(near.logical_not(), 0), u.masked_fill(near, 1));
    }
}
