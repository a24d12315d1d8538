namespace DeepClustering.Losses;

/// <summary>The weight of <see cref="VirtualAdversarialLoss"/> relative to the ELBO, and how far x is moved.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record VirtualAdversary
{
    /// <summary>λ, in nats of the ELBO per nat of the responsibilities. Range: at least 0.</summary>
    public double Weight
    {
        get;
        init => field = Require.NotNegative(value, nameof(Weight));
    } = 400;

    /// <summary>|r|, the Euclidean length of the move, in model units. Range: positive.</summary>
    public double Radius
    {
        get;
        init => field = Require.Positive(value, nameof(Radius));
    } = 1.5;

    /// <summary>|ξ d|, how far from x the gradient that gives r its direction is computed, in model units. Range: positive.</summary>
    public double Probe
    {
        get;
        init => field = Require.Positive(value, nameof(Probe));
    } = 2;

    /// <summary>
    /// The share of the training over which the weight rises from 0 to λ, along a line; where γ is still soft, the full weight at once
    /// ends components. Range: 0 to below 1.
    /// </summary>
    public double RampShare
    {
        get;
        init => field = Require.Share(value, nameof(RampShare));
    }

    /// <summary>The weight at a moment of the training.</summary>
    /// <param name="progress">The share of the training that is done, 0 to 1.</param>
    public double WeightAt(double progress) => progress >= RampShare ? Weight : Weight * progress / RampShare;
}
