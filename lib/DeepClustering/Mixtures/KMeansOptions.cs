namespace DeepClustering.Mixtures;

/// <summary>Settings of <see cref="KMeans.Fit"/>.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record KMeansOptions
{
    /// <summary>K, the number of clusters. Range: K ≥ 1.</summary>
    public required int Clusters
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Clusters));
    }

    /// <summary>The maximum number of iterations in one run. Range: ≥ 1.</summary>
    public int MaxIterations
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(MaxIterations));
    } = 300;

    /// <summary>
    /// A run has converged once an iteration lowers the inertia by no more than this share of it.
    /// Range: ≥ 0; with 0 a run goes on until nothing moves.
    /// </summary>
    public double Tolerance
    {
        get;
        init => field = Require.NotNegative(value, nameof(Tolerance));
    } = 1e-4;

    /// <summary>The number of runs from different seedings; the one with the lowest inertia is kept. Range: ≥ 1.</summary>
    public int Restarts
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Restarts));
    } = 1;

    /// <summary>Seed of the k-means++ seedings; the same seed, points and thread count give the same clusters.</summary>
    public long Seed { get; init; }
}
