namespace DeepClustering.Graphs;

/// <summary>Settings of <see cref="SpectralClustering"/>.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states; what exceeds the number of points is refused with them.</remarks>
public sealed record SpectralClusteringOptions
{
    /// <summary>K, the number of clusters. Range: 1 to N.</summary>
    public required int Clusters
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Clusters));
    }

    /// <summary>k, the nearest neighbours of each point in the graph. Range: 1 to N − 1.</summary>
    public int Neighbors
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Neighbors));
    } = 10;

    /// <summary>The number of leading eigenvectors to cluster in; null takes K. More can separate clusters that K of them merge. Range: 1 to N.</summary>
    public int? Eigenvectors
    {
        get;
        init => field = value is { } count ? Require.AtLeastOne(count, nameof(Eigenvectors)) : null;
    }

    /// <summary>The number of k-means runs in the eigenvectors; the one with the lowest inertia is kept. Range: at least 1.</summary>
    public int Restarts
    {
        get;
        init => field = Require.AtLeastOne(value, nameof(Restarts));
    } = 10;

    /// <summary>The seed of the eigenvectors' random start and of k-means.</summary>
    public long Seed { get; init; }
}
