using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>Clusters of points by their neighbour graph: k-means in its leading eigenvectors, rows at length 1.</summary>
/// <remarks>
/// A. Y. Ng, M. I. Jordan and Y. Weiss, "On spectral clustering: analysis and an algorithm", NIPS 2001, on the graph of nearest
/// neighbours (<see cref="NeighborGraph"/>) instead of a Gaussian kernel. Clusters need not be round, only connected.
/// </remarks>
public static class SpectralClustering
{
    /// <summary>Clusters the points.</summary>
    /// <param name="points">(N, D), float32 or float64, finite, on the CPU; they stay the caller's.</param>
    /// <param name="options">See <see cref="SpectralClusteringOptions"/>.</param>
    /// <returns>The cluster of each point, N numbers from 0 to K − 1; the same for the same points, options and number of threads.</returns>
    /// <exception cref="ArgumentException">The points are not that, or their graph falls into more parts than there are eigenvectors.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static int[] Fit(Tensor points, SpectralClusteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var graph = new NeighborGraph(NearestNeighbors.Find(points, options.Neighbors));
        using var embedding = SpectralEmbedding.Of(graph, options.Eigenvectors ?? options.Clusters, seed: options.Seed);
        return Fit(embedding, options);
    }

    /// <summary>Clusters the points in K eigenvectors, with more neighbours where the graph falls into too many parts (<see cref="NeighborGraph.WithAtMost"/>).</summary>
    /// <param name="points">(N, D), float32 or float64, finite, on the CPU; they stay the caller's.</param>
    /// <param name="options">See <see cref="SpectralClusteringOptions"/>; as many eigenvectors as clusters are taken.</param>
    /// <returns>The cluster of each point, N numbers from 0 to K − 1; null if more neighbours do not help either.</returns>
    internal static int[]? FitWithMoreNeighbors(Tensor points, SpectralClusteringOptions options)
    {
        if (NeighborGraph.WithAtMost(points, options.Neighbors, options.Clusters) is not (var graph, _))
        {
            return null;
        }
        using var embedding = SpectralEmbedding.Of(graph, options.Clusters, seed: options.Seed);
        return Fit(embedding, options with { Eigenvectors = null });
    }

    /// <summary>Clusters the points of an embedding, which may be made once for several numbers of clusters and eigenvectors.</summary>
    /// <param name="embedding">At least as many eigenvectors as the options say; it stays the caller's.</param>
    /// <param name="options">See <see cref="SpectralClusteringOptions"/>; the neighbours are the embedding's.</param>
    /// <inheritdoc cref="Fit(Tensor, SpectralClusteringOptions)"/>
    public static int[] Fit(SpectralEmbedding embedding, SpectralClusteringOptions options)
    {
        ArgumentNullException.ThrowIfNull(embedding);
        ArgumentNullException.ThrowIfNull(options);
        using var rows = embedding.NormalizedRows(options.Eigenvectors ?? options.Clusters);
        using var clusters = KMeans.Fit(rows, new() { Clusters = options.Clusters, Restarts = options.Restarts, Seed = options.Seed });
        return [.. clusters.Labels];
    }
}
