using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The k nearest other points of every point, by Euclidean distance, exactly.</summary>
/// <remarks>
/// A point is no neighbour of itself, but its duplicates are, at distance 0. Of points at the same distance the one of the lower
/// index comes first and is kept. All N² distances are computed, on all cores, and none is kept: memory grows as N · (D + k).
/// </remarks>
public sealed class NearestNeighbors
{
    private readonly int[] _indices;
    private readonly double[] _distances;

    private NearestNeighbors(int points, int neighbors)
    {
        (Points, Neighbors) = (points, neighbors);
        _indices = new int[points * neighbors];
        _distances = new double[points * neighbors];
    }

    /// <summary>Number of points, N.</summary>
    public int Points { get; }

    /// <summary>The number of neighbours of each point, k.</summary>
    public int Neighbors { get; }

    /// <summary>Finds the nearest neighbours of all points; O(N² D).</summary>
    /// <param name="points">Points, (N, D), float32 or float64, finite, on the CPU; float32 takes half the time. They stay the caller's.</param>
    /// <param name="neighbors">k. Range: 1 to N − 1.</param>
    /// <returns>The same for the same input, whatever the number of cores: float64 decides for float32 points, too.</returns>
    /// <exception cref="ArgumentException">Wrong shape, dtype or device, or NaN or infinite points.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is not within 1 to N − 1.</exception>
    public static NearestNeighbors Find(Tensor points, int neighbors)
    {
        GraphPoints.Check(points, neighbors);
        int count = checked((int)points.shape[0]);
        var found = new NearestNeighbors(count, neighbors);
        if (points.dtype == ScalarType.Float32)
        {
            new NeighborSearch<float>(points).Fill(neighbors, found._indices, found._distances);
        }
        else
        {
            new NeighborSearch<double>(points).Fill(neighbors, found._indices, found._distances);
        }
        return found;
    }

    /// <summary>The neighbours of a point, k indices, the nearest first.</summary>
    /// <param name="point">From 0 to N − 1.</param>
    public ReadOnlySpan<int> Of(int point) => _indices.AsSpan(point * Neighbors, Neighbors);

    /// <summary>The distances of a point's neighbours, k numbers in ascending order, in the units of the points.</summary>
    /// <param name="point">From 0 to N − 1.</param>
    public ReadOnlySpan<double> Distances(int point) => _distances.AsSpan(point * Neighbors, Neighbors);

    /// <summary>Keeps only the nearest of the neighbours found.</summary>
    /// <param name="neighbors">How many to keep. Range: 1 to <see cref="Neighbors"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is out of range.</exception>
    public NearestNeighbors Nearest(int neighbors)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(neighbors, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(neighbors, Neighbors);
        var fewer = new NearestNeighbors(Points, neighbors);
        for (int point = 0; point < Points; point++)
        {
            Of(point)[..neighbors].CopyTo(fewer._indices.AsSpan(point * neighbors));
            Distances(point)[..neighbors].CopyTo(fewer._distances.AsSpan(point * neighbors));
        }
        return fewer;
    }

    /// <summary>For example <c>NearestNeighbors(N = 70000, k = 10)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"NearestNeighbors(N = {Points}, k = {Neighbors})");
}
