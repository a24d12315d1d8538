namespace DeepClustering.Graphs;

/// <summary>Settings of <see cref="SpectralClustering"/>.</summary>
public sealed record SpectralClusteringOptions
{
    /// <summary>K, the number of clusters. Range: 1 to N.</summary>
    public required int Clusters { get; init; }

    /// <summary>k, the nearest neighbours of each point in the graph. Range: 1 to N − 1.</summary>
    public int Neighbors { get; init; } = 10;

    /// <summary>Leading eigenvectors to cluster in; null takes as many as clusters. More tell apart what K of them may merge. Range: 1 to N.</summary>
    public int? Eigenvectors { get; init; }

    /// <summary>k-means runs in the eigenvectors, of which the one with the lowest inertia is kept. Range: at least 1.</summary>
    public int Restarts { get; init; } = 10;

    /// <summary>Decides the start of the eigenvectors and of k-means.</summary>
    public long Seed { get; init; }
}
