using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>K clusters of points, each point in the one whose centroid is nearest.</summary>
/// <remarks>
/// Lloyd 1982, "Least squares quantization in PCM", from the seeding of Arthur and Vassilvitskii 2007, "k-means++".
/// A cluster that loses all its points moves to the point farthest from its own centroid. Distances are computed from
/// differences in float64, so that they stay exact for tight clusters far from zero or from each other; a fit takes 8 bytes for each
/// number of the points.
/// </remarks>
public sealed class KMeans : IDisposable
{
    private readonly int[] _labels;

    private KMeans(Centres centres, int[] labels, double inertia, int iterations, bool converged)
    {
        Centres = centres;
        Centroids = centres.ToTensor().DetachFromDisposeScope();
        _labels = labels;
        Inertia = inertia;
        Iterations = iterations;
        Converged = converged;
    }

    /// <summary>The centroids, (K, D), float64; owned by this object.</summary>
    public Tensor Centroids { get; }

    /// <summary>The centroids with twice the precision of <see cref="Centroids"/>.</summary>
    internal Centres Centres { get; }

    /// <summary>The cluster of each point of the fit, N numbers from 0 to K − 1.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Sum of the squared distances of the points to their centroids. Range: ≥ 0, lower is better.</summary>
    public double Inertia { get; }

    /// <summary>Iterations of the run that was kept.</summary>
    public int Iterations { get; }

    /// <summary>Whether the run that was kept met the tolerance before it ran out of iterations.</summary>
    public bool Converged { get; }

    /// <summary>Clusters the points.</summary>
    /// <param name="points">(N, D), any floating-point dtype; computed with in float64.</param>
    /// <param name="options">See <see cref="KMeansOptions"/>.</param>
    /// <returns>The best of the restarts; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The points are not (N, D), fewer than K, or not all finite.</exception>
    public static KMeans Fit(Tensor points, KMeansOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PointBlocks.Check(points, options.Clusters, nameof(points));
        return FitTiles(new PointTiles(points), options);
    }

    /// <summary>Clusters points that have been checked.</summary>
    internal static KMeans FitTiles(PointTiles points, KMeansOptions options)
    {
        var random = Seeding.Random(options.Seed);
        KMeans? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            var run = Run(points, options, random);
            (var worse, best) = best is null || run.Inertia < best.Inertia ? (best, run) : (run, best);
            worse?.Dispose();
        }
        return best!;
    }

    /// <summary>The nearest centroid's index for each of the points, (N, D).</summary>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the centroids, or not all finite.</exception>
    public int[] Predict(Tensor points)
    {
        PointBlocks.Check(points, least: 1, nameof(points), Centroids.shape[1]);
        int[] labels = new int[points.shape[0]];
        PointBlocks.ForEach(points, 1, (start, rows) =>
        {
            var tiles = new PointTiles(rows);
            int[] own = new int[tiles.Count];
            Assign(tiles, Centres, own, new double[tiles.Count]);
            own.CopyTo(labels, start);
        });
        return labels;
    }

    /// <summary>Disposes of the centroids.</summary>
    public void Dispose() => Centroids.Dispose();

    /// <summary>For example <c>KMeans(K = 10, D = 784, inertia = 2.7e+06, 58 iterations, converged)</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"KMeans(K = {Centroids.shape[0]}, D = {Centroids.shape[1]}, inertia = {Inertia:g6}, {Iterations} iterations, {(Converged ? "converged" : "not converged")})");

    private static KMeans Run(PointTiles points, KMeansOptions options, Random random)
    {
        var centres = Seed(points, options.Clusters, random);
        int[] labels = new int[points.Count];
        double[] distances = new double[points.Count];
        double previous = double.NaN;
        for (int iteration = 1; ; iteration++)
        {
            var (counts, shifts, inertia) = Assign(points, centres, labels, distances);
            // The first comparison, and those after a cluster has been moved, are with NaN and do not stop the loop.
            bool converged = previous - inertia <= options.Tolerance * previous;
            if (converged || iteration == options.MaxIterations)
            {
                return new KMeans(centres, labels, inertia, iteration, converged);
            }
            for (int i = 0; i < shifts.Length; i++)
            {
                int k = i / points.Dimensions;
                if (counts[k] > 0)
                {
                    centres.Move(k, i % points.Dimensions, shifts[i] / counts[k]);
                }
            }
            previous = Reseed(points, centres, counts, distances) ? double.NaN : inertia;
        }
    }

    /// <summary>
    /// Writes the nearest centre of each point, and the squared distance to it, both (N); returns how many points each centre has
    /// (K), the sum of their differences from it (K, D), and the sum of the squared distances.
    /// </summary>
    private static (long[] Counts, double[] Shifts, double Inertia) Assign(PointTiles points, Centres centres, int[] labels, double[] distances)
    {
        int k = centres.Count, d = points.Dimensions, width = points.Width;
        var total = (Counts: new long[k], Shifts: new double[k * d], Inertia: 0.0);
        foreach (var (counts, shifts, inertia) in points.Map(() => new double[2 * width], (first, end, scratch) =>
        {
            var part = (Counts: new long[k], Shifts: new double[k * d], Inertia: 0.0);
            for (int tile = first; tile < end; tile++)
            {
                int start = tile * width, count = points.CountIn(tile);
                var own = labels.AsSpan(start, count);
                Nearest(points[tile], centres, scratch, own, distances.AsSpan(start, count));
                for (int n = 0; n < count; n++)
                {
                    part.Counts[own[n]]++;
                    part.Inertia += distances[start + n];
                }
                for (int dimension = 0; dimension < d; dimension++)
                {
                    var row = points[tile].Slice(dimension * width, count);
                    for (int n = 0; n < count; n++)
                    {
                        part.Shifts[(own[n] * d) + dimension] += centres.Difference(row[n], own[n], dimension);
                    }
                }
            }
            return part;
        }))
        {
            total.Inertia += inertia;
            for (int i = 0; i < shifts.Length; i++)
            {
                total.Shifts[i] += shifts[i];
            }
            for (int i = 0; i < k; i++)
            {
                total.Counts[i] += counts[i];
            }
        }
        return total;
    }

    /// <summary>Index of the nearest centre, and the squared distance to it, of a tile's points; the scratch has room for two rows of the tile.</summary>
    private static void Nearest(ReadOnlySpan<double> tile, Centres centres, Span<double> scratch, Span<int> labels, Span<double> squared)
    {
        var rows = MemoryMarshal.Cast<double, Vector<double>>(scratch);
        var least = rows[..(rows.Length / 2)];
        var index = rows[(rows.Length / 2)..];   // as numbers, to be chosen like the distances
        double[] distances = new double[scratch.Length / 2];
        var candidates = MemoryMarshal.Cast<double, Vector<double>>(distances);
        least.Fill(new Vector<double>(double.PositiveInfinity));
        for (int k = 0; k < centres.Count; k++)
        {
            centres.SquaredDistances(k, tile, distances);
            var own = new Vector<double>(k);
            for (int v = 0; v < least.Length; v++)
            {
                index[v] = Vector.ConditionalSelect(Vector.LessThan(candidates[v], least[v]), own, index[v]);
                least[v] = Vector.Min(candidates[v], least[v]);
            }
        }
        scratch[..squared.Length].CopyTo(squared);
        for (int n = 0; n < labels.Length; n++)
        {
            labels[n] = (int)scratch[(scratch.Length / 2) + n];
        }
    }

    /// <summary>k-means++: each next centroid is a point drawn with probability ∝ its squared distance to the nearest one so far.</summary>
    private static Centres Seed(PointTiles points, int clusters, Random random)
    {
        var centres = new Centres(clusters, points.Dimensions);
        centres.Place(0, points.Point((int)random.NextInt64(points.Count)));
        double[] nearest = new double[points.Count];
        Array.Fill(nearest, double.PositiveInfinity);
        for (int k = 1; k < clusters; k++)
        {
            double total = Approach(points, centres, k - 1, nearest);
            double threshold = random.NextDouble() * total, sum = 0;
            // The first point whose cumulated distance exceeds the threshold: never one that is a centroid already, if another is left.
            int drawn = 0;
            while (drawn < points.Count - 1 && (sum += nearest[drawn]) <= threshold)
            {
                drawn++;
            }
            centres.Place(k, points.Point(drawn));
        }
        return centres;
    }

    /// <summary>Takes one more centre into account in the squared distances to the nearest; returns their sum, in the order of the points.</summary>
    private static double Approach(PointTiles points, Centres centres, int k, double[] nearest)
    {
        points.Map(() => new double[points.Width], (first, end, scratch) =>
        {
            for (int tile = first; tile < end; tile++)
            {
                centres.SquaredDistances(k, points[tile], scratch);
                var own = nearest.AsSpan(tile * points.Width, points.CountIn(tile));
                for (int n = 0; n < own.Length; n++)
                {
                    own[n] = Math.Min(own[n], scratch[n]);
                }
            }
            return 0;
        });
        double total = 0;
        foreach (double squared in nearest)
        {
            total += squared;
        }
        return total;
    }

    /// <summary>Moves the centres of empty clusters to the points farthest from their own; false if there was nothing to move.</summary>
    private static bool Reseed(PointTiles points, Centres centres, long[] counts, double[] distances)
    {
        int[] vacant = [.. Enumerable.Range(0, counts.Length).Where(k => counts[k] == 0)];
        if (vacant.Length == 0)
        {
            return false;
        }
        // With fewer distinct points than clusters, those that are left over stay where they are.
        int[] farthest = [.. Enumerable.Range(0, points.Count).OrderByDescending(n => distances[n]).Take(vacant.Length).Where(n => distances[n] > 0)];
        foreach (var (k, n) in vacant.Zip(farthest))
        {
            centres.Place(k, points.Point(n));
        }
        return farthest.Length > 0;
    }
}
