using static TorchSharp.torch;

namespace DeepClustering.Embeddings;

/// <summary>A layout in the plane that keeps neighbours together: exact t-distributed stochastic neighbour embedding.</summary>
/// <remarks>
/// L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", Journal of Machine Learning Research 9, 2008, with all N² pairs:
/// meant for a few thousand points. Near points stay near; distances between groups, and the groups' sizes, mean little.
/// </remarks>
public static class Tsne
{
    private const double StartDeviation = 1e-4, LeastGain = 0.01;

    /// <summary>Lays points out.</summary>
    /// <remarks>
    /// Gradient descent with momentum (0.5 while exaggerated, then 0.8) and a gain for each coordinate (Jacobs 1988), as the
    /// authors' own program does it; the rate is max(N / (4 · exaggeration), 50), Belkina et al. 2019 in this gradient's units. O(N²) time per step and memory, on all cores.
    /// </remarks>
    /// <param name="points">(N, D), N at least 4, float32 or float64, finite; they stay the caller's.</param>
    /// <param name="options">See <see cref="TsneOptions"/>.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>(N, 2), float64, centred; the caller disposes it. The same for the same points and options, whatever the number of cores.</returns>
    /// <exception cref="ArgumentException">The points are not that.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Tensor Fit(Tensor points, TsneOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(points);
        options ??= new();
        if (points.dim() != 2 || points.shape[0] < 4 || points.shape[1] < 1 || points.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"Expected points (N, D) of Float32 or Float64, N at least 4; found ({string.Join(", ", points.shape)}) of {points.dtype}.", nameof(points));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        if (!points.isfinite().all().item<bool>())
        {
            throw new ArgumentException("Expected finite points; found NaN or infinity.", nameof(points));
        }
        int count = checked((int)points.shape[0]);
        var forces = new TsneForces(TsneAffinities.Of(points, Math.Min(options.Perplexity, (count - 1) / 3.0)), count);

        using var random = new Generator((ulong)options.Seed);
        double[] layout = (randn([2, count], float64, generator: random) * StartDeviation).data<double>().ToArray();   // all x, then all y
        double[] gradient = new double[layout.Length], step = new double[layout.Length], gains = new double[layout.Length];
        Array.Fill(gains, 1);
        double rate = Math.Max(count / (4 * options.Exaggeration), 50);
        for (int iteration = 0; iteration < options.Iterations; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool exaggerated = iteration < options.ExaggeratedIterations;
            forces.Gradient(layout, exaggerated ? options.Exaggeration : 1, gradient);
            double momentum = exaggerated ? 0.5 : 0.8;
            for (int i = 0; i < layout.Length; i++)
            {
                gains[i] = Math.Max(gradient[i] * step[i] < 0 ? gains[i] + 0.2 : gains[i] * 0.8, LeastGain);
                step[i] = momentum * step[i] - rate * gains[i] * gradient[i];
                layout[i] += step[i];
            }
            Centre(layout.AsSpan(0, count));
            Centre(layout.AsSpan(count));
        }
        return tensor(layout).reshape(2, count).t().contiguous().MoveToOuterDisposeScope();
    }

    private static void Centre(Span<double> coordinates)
    {
        double mean = 0;
        foreach (double value in coordinates)
        {
            mean += value / coordinates.Length;
        }
        foreach (ref double value in coordinates)
        {
            value -= mean;
        }
    }
}
