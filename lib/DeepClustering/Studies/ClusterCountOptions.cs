namespace DeepClustering.Studies;

/// <summary>Options for estimating the number of clusters.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record ClusterCountOptions
{
    /// <summary>The maximum number of clusters tried. Range: at least 2.</summary>
    public int Most
    {
        get;
        init => field = Require.AtLeast(2, value, nameof(Most));
    } = 15;

    /// <summary>Pairs of samples, each of four fifths of the points, that are clustered and compared for the stability. Range: at least 1.</summary>
    public int Resamples
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(Resamples));
    } = 5;

    /// <summary>Neighbours of a point in the graph. Range: at least 1.</summary>
    public int Neighbors
    {
        get;
        init => field = Require.AtLeast(1, value, nameof(Neighbors));
    } = 10;

    /// <summary>The maximum number of points used; of more, a random sample of this size. Range: at least 10.</summary>
    public int MaxPoints
    {
        get;
        init => field = Require.AtLeast(10, value, nameof(MaxPoints));
    } = 3_000;

    /// <summary>The seed of samples and starts.</summary>
    public long Seed { get; init; } = 1;
}
