using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>A mixture of K Gaussians in D dimensions: p(x) = Σ_k π_k N(x; μ_k, Σ_k).</summary>
/// <remarks>
/// Fitted by EM (Bishop 2006, section 9.2.2), computed in float64 whatever the dtype of the points; a fit takes 8 bytes for
/// each of their numbers. Distances and variances come from differences, so neither points far from zero nor components far
/// apart cost precision. A full covariance whose correlations have an eigenvalue below D · 2⁻⁴⁶, which
/// float64 cannot tell from a singular one, has its variances raised by that share: density and BIC then follow from rounding's limit.
/// The mixture owns its tensors, and they are the same for its whole life; no call changes torch's global random state.
/// </remarks>
public sealed class GaussianMixture : IDisposable
{
    private readonly CovarianceModel _model;
    private readonly double[] _weights;

    /// <summary>A mixture with given parameters, to sample from, compare with, or start a fit from.</summary>
    /// <param name="covariance">The form of the covariances.</param>
    /// <param name="weights">π, (K): not negative, sum 1 (within 10⁻⁶).</param>
    /// <param name="means">μ, (K, D).</param>
    /// <param name="covariances">Σ, of the shape that <see cref="CovarianceType"/> states, positive (definite).</param>
    /// <remarks>The tensors are copied as float64.</remarks>
    /// <exception cref="ArgumentException">A shape or a value is not as stated.</exception>
    public GaussianMixture(CovarianceType covariance, Tensor weights, Tensor means, Tensor covariances)
        : this(covariance, CheckedCopies(covariance, weights, means, covariances))
    {
    }

    private GaussianMixture(CovarianceType covariance, (Tensor Weights, Tensor Means, Tensor Covariances) parameters)
        : this(covariance, parameters.Weights, new Centres(parameters.Means), parameters.Covariances, [], false) => parameters.Means.Dispose();

    /// <summary>Takes ownership of weights, means and covariances, unchecked.</summary>
    internal GaussianMixture(
        CovarianceType covariance, Tensor weights, Centres means, Tensor covariances, IReadOnlyList<double> history, bool converged)
    {
        _model = CovarianceModel.Of(covariance);
        Covariance = covariance;
        Centres = means;
        Weights = weights.DetachFromDisposeScope();
        Means = means.ToTensor().DetachFromDisposeScope();
        Covariances = covariances.DetachFromDisposeScope();
        _weights = Weights.data<double>().ToArray();
        Variances = _model.Variances(Covariances, Dimensions).DetachFromDisposeScope();
        History = history;
        Converged = converged;
    }

    /// <summary>The form of the covariances.</summary>
    public CovarianceType Covariance { get; }

    /// <summary>π_k, (K), float64; owned by the mixture.</summary>
    public Tensor Weights { get; }

    /// <summary>μ_k, (K, D), float64; owned by the mixture.</summary>
    public Tensor Means { get; }

    /// <summary>Σ_k, float64: (K, D) variances, (K) variances or (K, D, D) matrices, as <see cref="CovarianceType"/> states; owned by the mixture.</summary>
    public Tensor Covariances { get; }

    /// <summary>The variance of each component in each dimension, (K, D), float64, whatever the type: a view of <see cref="Covariances"/>, owned by the mixture.</summary>
    public Tensor Variances { get; }

    /// <summary>μ_k with twice the precision of <see cref="Means"/>.</summary>
    internal Centres Centres { get; }

    /// <summary>The number of components, K.</summary>
    public int Components => (int)Means.shape[0];

    /// <summary>The number of dimensions, D.</summary>
    public int Dimensions => (int)Means.shape[1];

    /// <summary>The mean log-likelihood of a point, in nats, at the start of each iteration of the fit; empty if the mixture was not fitted.</summary>
    /// <remarks>It falls only where an empty component was moved, or by as little as the floor changes the variances.</remarks>
    public IReadOnlyList<double> History { get; }

    /// <summary>Iterations of the run that was kept.</summary>
    public int Iterations => History.Count;

    /// <summary>Whether the run that was kept met the tolerance.</summary>
    public bool Converged { get; }

    /// <summary>Fits a mixture to points by EM.</summary>
    /// <param name="points">(N, D) with N ≥ K, any floating-point dtype.</param>
    /// <param name="options">See <see cref="GaussianMixtureOptions"/>.</param>
    /// <param name="start">
    /// A start to use instead of k-means. It is not changed, and <see cref="GaussianMixtureOptions.Restarts"/> is ignored:
    /// there is one run.
    /// </param>
    /// <returns>The run with the highest likelihood; the caller disposes it.</returns>
    /// <remarks>
    /// Duplicate or constant points are no error: <see cref="GaussianMixtureOptions.VarianceFloor"/> keeps the variances above zero.
    /// A component left without points (less than 10⁻⁶ of one) starts anew with weight 1/K at the point of the lowest density,
    /// with the mean covariance of the others.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The points are not (N, D), fewer than K, or not all finite; or the start has another K, D or type of covariance.
    /// </exception>
    /// <exception cref="ArithmeticException">The start lies so far from the points that their densities overflow float64.</exception>
    public static GaussianMixture Fit(Tensor points, GaussianMixtureOptions options, GaussianMixture? start = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        PointBlocks.Check(points, options.Components, nameof(points));
        using var gradients = no_grad();
        if (start is not null)
        {
            CheckStart(start, options, points.shape[1]);
        }
        var tiles = new PointTiles(points);
        var em = new ExpectationMaximization(tiles, options);
        if (start is not null)
        {
            return em.Run(start);
        }
        var random = Seeding.Random(options.Seed);
        GaussianMixture? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            using var clusters = KMeans.FitTiles(tiles, new KMeansOptions { Clusters = options.Components, Seed = random.Next() });
            var run = em.Run(clusters);
            (var worse, best) = best is null || run.History[^1] > best.History[^1] ? (best, run) : (run, best);
            worse?.Dispose();
        }
        return best!;
    }

    /// <summary>log p(x_n), in nats, (N) float64; the caller disposes it.</summary>
    /// <param name="points">(N, D), any floating-point dtype. No gradient flows back; for one, see <see cref="DiagonalGaussians"/>.</param>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public Tensor LogDensities(Tensor points)
    {
        double[] result = new double[Checked(points)];
        ForEachTile(points, (first, count, scratch) => scratch.LogDensities.AsSpan(0, count).CopyTo(result.AsSpan(first)));
        return tensor(result);
    }

    /// <summary>The mean of log p(x_n) over the points, (N, D), in nats; higher is better.</summary>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public double LogLikelihood(Tensor points)
    {
        using var logDensities = LogDensities(points);
        using var mean = logDensities.mean();
        return mean.item<double>();
    }

    /// <summary>γ_nk = p(component k | x_n), (N, K) float64, rows sum to 1; the caller disposes it.</summary>
    /// <param name="points">(N, D), any floating-point dtype.</param>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public Tensor Responsibilities(Tensor points)
    {
        double[] result = new double[Checked(points) * Components];
        ForEachTile(points, (first, count, scratch) =>
        {
            for (int k = 0; k < Components; k++)
            {
                var gamma = scratch.GammaOf(k);
                for (int n = 0; n < count; n++)
                {
                    result[((first + n) * Components) + k] = gamma[n];
                }
            }
        });
        return tensor(result, [points.shape[0], Components]);
    }

    /// <summary>The component with the largest responsibility for each of the points, (N, D): N numbers from 0 to K − 1.</summary>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public int[] Predict(Tensor points)
    {
        int[] result = new int[Checked(points)];
        ForEachTile(points, (first, count, scratch) =>
        {
            for (int n = 0; n < count; n++)
            {
                int best = 0;
                for (int k = 1; k < Components; k++)
                {
                    best = scratch.GammaOf(k)[n] > scratch.GammaOf(best)[n] ? k : best;
                }
                result[first + n] = best;
            }
        });
        return result;
    }

    /// <summary>Bayesian information criterion, −2 Σ_n log p(x_n) + P log N with P free parameters (Schwarz 1978); lower is better.</summary>
    /// <param name="points">(N, D), any floating-point dtype.</param>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public double Bic(Tensor points)
    {
        double logLikelihood = LogLikelihood(points) * points.shape[0];
        long parameters = Components - 1 + Components * Dimensions + _model.FreeParameters(Components, Dimensions);
        return -2 * logLikelihood + parameters * Math.Log(points.shape[0]);
    }

    /// <summary>Draws points from the mixture.</summary>
    /// <param name="count">N. Range: ≥ 1.</param>
    /// <param name="seed">The same seed gives the same points.</param>
    /// <returns>The points, (N, D) float64, which the caller disposes, and the component each was drawn from, 0 to K − 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public (Tensor Points, int[] Labels) Sample(int count, int seed)
    {
        Require.AtLeastOne(count, nameof(count));
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var components = multinomial(Weights, count, replacement: true, generator);
        var noise = randn(count, Dimensions, float64, generator: generator);
        var points = Means.index_select(0, components) + _model.Colour(noise, components, Covariances);
        return (points.MoveToOuterDisposeScope(), components.to(int32).data<int>().ToArray());
    }

    /// <summary>Disposes of the tensors the mixture owns.</summary>
    public void Dispose()
    {
        Weights.Dispose();
        Means.Dispose();
        Covariances.Dispose();
        Variances.Dispose();
    }

    /// <summary>A line for the mixture and one for each component: its weight, and the first dimensions of its mean and standard deviation.</summary>
    public override string ToString()
    {
        using var scope = NewDisposeScope();
        double[] weights = Weights.data<double>().ToArray();
        var deviations = Variances.sqrt();
        string state = Iterations == 0 ? "" : $", {Iterations} iterations, {(Converged ? "converged" : "not converged")}";
        var text = new StringBuilder($"GaussianMixture(K = {Components}, D = {Dimensions}, {Covariance}{state})");
        for (int k = 0; k < Components; k++)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  {k}: π = {weights[k]:f4}, μ = {Vector(Means[k])}, σ = {Vector(deviations[k])}");
        }
        return text.ToString();
    }

    private static string Vector(Tensor values)
    {
        const int Most = 5;
        double[] numbers = values.narrow(0, 0, Math.Min(Most, values.shape[0])).contiguous().data<double>().ToArray();
        string more = values.shape[0] > Most ? ", …" : "";
        return $"({string.Join(", ", numbers.Select(number => number.ToString("g4", CultureInfo.InvariantCulture)))}{more})";
    }

    /// <summary>Calls <paramref name="action"/> with the first row of each tile, how many points it has, and their densities and responsibilities.</summary>
    private void ForEachTile(Tensor points, Action<int, int, TileScratch> action)
    {
        var density = new MixtureDensity(_weights, Centres, _model.Kernel(Covariances, Dimensions));
        PointBlocks.ForEach(points, Components, (start, rows) =>
        {
            var tiles = new PointTiles(rows);
            tiles.Map(() => new TileScratch(Components, Dimensions, tiles.Width), (first, end, scratch) =>
            {
                for (int tile = first; tile < end; tile++)
                {
                    density.Evaluate(tiles[tile], scratch);
                    int row = (int)start + (tile * tiles.Width), count = tiles.CountIn(tile);
                    RequireFinite(scratch.LogDensities.AsSpan(0, count), row);
                    action(row, count, scratch);
                }
                return 0;
            });
        });
    }

    private static void RequireFinite(ReadOnlySpan<double> logDensities, int row)
    {
        for (int n = 0; n < logDensities.Length; n++)
        {
            if (!double.IsFinite(logDensities[n]))
            {
                throw new ArithmeticException($"Row {row + n} is so many standard deviations away from every component that its density overflows float64.");
            }
        }
    }

    /// <summary>Checks the points and returns their number.</summary>
    private int Checked(Tensor points)
    {
        PointBlocks.Check(points, least: 1, nameof(points), Dimensions);
        return checked((int)points.shape[0]);
    }

    private static (Tensor, Tensor, Tensor) CheckedCopies(CovarianceType type, Tensor weights, Tensor means, Tensor covariances)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(covariances);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var model = CovarianceModel.Of(type);
        RequireReal(weights, nameof(weights));
        RequireReal(means, nameof(means));
        RequireReal(covariances, nameof(covariances));
        if (means.shape.Length != 2 || means.shape.Contains(0) || !means.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"Expected finite means (K, D), found ({Shape(means)}).", nameof(means));
        }
        (long k, long d) = (means.shape[0], means.shape[1]);
        var pi = weights.to(float64, copy: true).contiguous();
        double sum = pi.sum().item<double>();
        if (!pi.shape.SequenceEqual([k]) || !(pi >= 0).all().item<bool>() || !(Math.Abs(sum - 1) <= 1e-6))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected {k} weights, none negative, that sum to 1, found ({Shape(pi)}) with the sum {sum}."), nameof(weights));
        }
        var sigma = covariances.to(float64, copy: true).contiguous();
        if (!sigma.shape.SequenceEqual(model.Shape(k, d)))
        {
            throw new ArgumentException(
                $"Expected {type} covariances ({string.Join(", ", model.Shape(k, d))}), found ({Shape(sigma)}).", nameof(covariances));
        }
        if (!sigma.isfinite().all().item<bool>() || !model.IsPositive(sigma))
        {
            throw new ArgumentException($"Expected covariances that are finite and {model.Positive}.", nameof(covariances));
        }
        return (pi.MoveToOuterDisposeScope(), means.to(float64, copy: true).contiguous().MoveToOuterDisposeScope(), sigma.MoveToOuterDisposeScope());
    }

    private static void RequireReal(Tensor tensor, string name)
    {
        if (!tensor.is_floating_point())
        {
            throw new ArgumentException($"Expected floating-point numbers, found {tensor.dtype}.", name);
        }
    }

    private static string Shape(Tensor tensor) => string.Join(", ", tensor.shape);

    private static void CheckStart(GaussianMixture start, GaussianMixtureOptions options, long dimensions)
    {
        if (start.Components != options.Components || start.Dimensions != dimensions || start.Covariance != options.Covariance)
        {
            throw new ArgumentException(
                $"Expected a mixture with K = {options.Components}, D = {dimensions}, {options.Covariance}, " +
                $"found K = {start.Components}, D = {start.Dimensions}, {start.Covariance}.", nameof(start));
        }
    }
}
