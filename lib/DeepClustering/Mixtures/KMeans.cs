using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>K clusters of points, each point in the one whose centroid is nearest.</summary>
/// <remarks>
/// Lloyd 1982, "Least squares quantization in PCM", from the seeding of Arthur and Vassilvitskii 2007, "k-means++".
/// A cluster that loses all its points moves to a point that lies farthest from its own centroid.
/// </remarks>
public sealed class KMeans : IDisposable
{
    private readonly int[] _labels;

    private KMeans(Tensor centroids, Tensor labels, double inertia, int iterations, bool converged)
    {
        Centroids = centroids.DetachFromDisposeScope();
        _labels = [.. labels.data<long>().Select(label => (int)label)];
        Inertia = inertia;
        Iterations = iterations;
        Converged = converged;
    }

    /// <summary>(K, D), float64; owned by this object.</summary>
    public Tensor Centroids { get; }

    /// <summary>The cluster of each point of the fit, N numbers from 0 to K − 1.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>Sum of the squared distances of the points to their centroids. Range: ≥ 0, lower is better.</summary>
    public double Inertia { get; }

    /// <summary>Iterations of the run that was kept.</summary>
    public int Iterations { get; }

    /// <summary>Whether that run met the tolerance before it ran out of iterations.</summary>
    public bool Converged { get; }

    /// <summary>Clusters the points.</summary>
    /// <param name="points">(N, D), any floating-point dtype; computed with in float64, in blocks of rows.</param>
    /// <param name="options">See <see cref="KMeansOptions"/>.</param>
    /// <returns>The best of the restarts; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The points are not (N, D), fewer than K, or not all finite.</exception>
    public static KMeans Fit(Tensor points, KMeansOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        PointBlocks.Check(points, options.Clusters, nameof(points));
        using var scope = NewDisposeScope();
        // Distances to a centroid are expanded into products, which loses digits unless the points lie around zero.
        var centre = PointBlocks.Mean(points);
        var random = new Random(options.Seed);
        KMeans? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            var run = Run(points, centre, options, random);
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
        using var scope = NewDisposeScope();
        var centre = Centroids.mean([0L]);
        var centroids = Centroids - centre;
        var predicted = new List<int>((int)points.shape[0]);
        PointBlocks.ForEach(points, centre, centroids.shape[0], (_, x) =>
            predicted.AddRange(Nearest(x, centroids).Labels.data<long>().Select(label => (int)label)));
        return [.. predicted];
    }

    /// <summary>Disposes of the centroids.</summary>
    public void Dispose() => Centroids.Dispose();

    /// <summary>For example <c>KMeans(K = 10, D = 784, inertia = 2.7e+06, 58 iterations, converged)</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"KMeans(K = {Centroids.shape[0]}, D = {Centroids.shape[1]}, inertia = {Inertia:g6}, {Iterations} iterations, {(Converged ? "converged" : "not converged")})");

    private static KMeans Run(Tensor points, Tensor centre, KMeansOptions options, Random random)
    {
        using var scope = NewDisposeScope();
        var centroids = Seed(points, centre, options.Clusters, random);
        var labels = empty(points.shape[0], int64);
        var distances = empty(points.shape[0], float64);
        double previous = double.NaN;
        for (int iteration = 1; ; iteration++)
        {
            using var step = NewDisposeScope();
            var sums = zeros_like(centroids);
            var counts = zeros(options.Clusters, float64);
            PointBlocks.ForEach(points, centre, options.Clusters, (start, x) =>
            {
                var (nearest, squared) = Nearest(x, centroids);
                labels.narrow(0, start, x.shape[0]).copy_(nearest);
                distances.narrow(0, start, x.shape[0]).copy_(squared);
                var members = Members(nearest, options.Clusters);
                sums.add_(members.mm(x));
                counts.add_(members.sum(1));
            });
            double inertia = distances.sum().item<double>();
            // The first comparison is with NaN, and so are those after a cluster has been moved: both go on.
            bool converged = previous - inertia <= options.Tolerance * previous;
            if (converged || iteration == options.MaxIterations)
            {
                return new KMeans(centroids + centre, labels, inertia, iteration, converged);
            }
            var occupied = counts.unsqueeze(1) > 0;
            centroids.copy_(where(occupied, sums / counts.unsqueeze(1), centroids));
            previous = Reseed(points, centre, centroids, counts, distances) ? double.NaN : inertia;
        }
    }

    /// <summary>Membership of each point in each cluster as 0 or 1, (K, n) float64.</summary>
    internal static Tensor Members(Tensor labels, long clusters) =>
        arange(clusters, int64).unsqueeze(1).eq(labels).to(float64);

    /// <summary>Index of the nearest centroid (n) and the squared distance to it (n), for centred points (n, D).</summary>
    private static (Tensor Labels, Tensor Squared) Nearest(Tensor x, Tensor centroids)
    {
        // |x − c|² = |x|² + (|c|² − 2 c·x), and only the bracket depends on the cluster.
        var bracket = addmm(centroids.square().sum(1, keepdim: true), centroids, x.t(), 1, -2);   // (K, n)
        var (smallest, labels) = bracket.min(0L);
        var norms = x.square().sum(1);
        var squared = norms + smallest;
        // What is left of a difference below the rounding error is no distance.
        return (labels, squared * (squared > 1e-13 * norms));
    }

    /// <summary>k-means++: each next centroid is a point drawn with probability ∝ its squared distance to the nearest one so far.</summary>
    private static Tensor Seed(Tensor points, Tensor centre, int clusters, Random random)
    {
        using var scope = NewDisposeScope();
        long count = points.shape[0];
        var centroids = new List<Tensor> { Row(points, centre, random.NextInt64(count)) };
        var nearest = full(count, double.PositiveInfinity, float64);
        while (centroids.Count < clusters)
        {
            PointBlocks.ForEach(points, centre, 1, (start, x) =>
            {
                var squared = (x - centroids[^1]).square().sum(1);
                var block = nearest.narrow(0, start, x.shape[0]);
                block.copy_(minimum(block, squared));
            });
            using var cumulative = nearest.cumsum(0);
            double threshold = random.NextDouble() * cumulative[-1].item<double>();
            // The first point whose cumulated distance exceeds the threshold: never one that is a centroid already, if another is left.
            long drawn = (cumulative <= threshold).sum().item<long>();
            centroids.Add(Row(points, centre, Math.Min(drawn, count - 1)));
        }
        return stack(centroids).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the centroids of empty clusters, in place, to the points farthest from their own; false if there was nothing to move.</summary>
    private static bool Reseed(Tensor points, Tensor centre, Tensor centroids, Tensor counts, Tensor distances)
    {
        var vacant = counts.eq(0).nonzero().flatten().data<long>().ToArray();
        if (vacant.Length == 0)
        {
            return false;
        }
        var (farthest, rows) = distances.topk(vacant.Length);
        int moved = 0;
        // With fewer distinct points than clusters, those that are left over stay where they are.
        for (; moved < vacant.Length && farthest[moved].item<double>() > 0; moved++)
        {
            centroids[vacant[moved]].copy_(Row(points, centre, rows[moved].item<long>()));
        }
        return moved > 0;
    }

    private static Tensor Row(Tensor points, Tensor centre, long index) => points[index].detach().to(float64) - centre;
}
