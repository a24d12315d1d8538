namespace DeepClustering.Mixtures;

/// <summary>Settings of <see cref="GaussianMixture.Fit"/>. The defaults are those of scikit-learn, except for the covariance.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record GaussianMixtureOptions
{
    /// <summary>K, the number of components. Range: K ≥ 1.</summary>
    public required int Components
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Components));
    }

    /// <summary>The form of a component's covariance.</summary>
    public CovarianceType Covariance { get; init; } = CovarianceType.Diagonal;

    /// <summary>The maximum number of EM iterations in one run. Range: ≥ 1.</summary>
    public int MaxIterations
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(MaxIterations));
    } = 100;

    /// <summary>
    /// A run has converged once an iteration changes the mean log-likelihood of a point by less than this, in nats.
    /// Range: ≥ 0; with 0 every run takes <see cref="MaxIterations"/>.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = Require.NotNegative(value, nameof(Tolerance));
    } = 1e-3;

    /// <summary>The number of runs from different k-means starts; the one with the highest likelihood is kept. Range: ≥ 1.</summary>
    public int Restarts
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Restarts));
    } = 1;

    /// <summary>
    /// Added to every variance in every M-step (for full covariances: to the diagonal), in squared units of the points,
    /// so that no variance falls below it. Range: > 0. scikit-learn calls it reg_covar.
    /// </summary>
    public double VarianceFloor
    {
        get;
        init => field = Require.Positive(value, nameof(VarianceFloor));
    } = 1e-6;

    /// <summary>Seed of the k-means starts; the same seed, points and thread count give the same mixture.</summary>
    public long Seed { get; init; }
}
