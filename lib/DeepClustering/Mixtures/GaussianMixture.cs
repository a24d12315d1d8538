using System.Globalization;
using System.Text;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>A mixture of K Gaussians in D dimensions: p(x) = Σ_k π_k N(x; μ_k, Σ_k).</summary>
/// <remarks>
/// Fitted by EM (Bishop 2006, section 9.2.2), computed in float64 and in blocks of rows whatever the dtype and number of the points.
/// Distances and variances come from expanded squares, so they lose digits for components narrower than about 10⁻⁶ of the points' spread.
/// The mixture owns its tensors, and they are the same for its whole life; no call changes torch's global random state.
/// </remarks>
public sealed class GaussianMixture : IDisposable
{
    private readonly CovarianceModel _model;

    /// <summary>A mixture of known parameters, to sample from, to compare with, or to start a fit from.</summary>
    /// <param name="covariance">What the covariances look like.</param>
    /// <param name="weights">π, (K): not negative, sum 1 (within 10⁻⁶).</param>
    /// <param name="means">μ, (K, D).</param>
    /// <param name="covariances">Σ, of the shape that <see cref="CovarianceType"/> states, positive (definite).</param>
    /// <remarks>The tensors are copied as float64.</remarks>
    /// <exception cref="ArgumentException">A shape or a value is not as stated.</exception>
    public GaussianMixture(CovarianceType covariance, Tensor weights, Tensor means, Tensor covariances)
        : this(covariance, CheckedCopies(covariance, weights, means, covariances), [], false)
    {
    }

    /// <summary>Takes the tensors over, unchecked.</summary>
    internal GaussianMixture(
        CovarianceType covariance, (Tensor Weights, Tensor Means, Tensor Covariances) parameters, IReadOnlyList<double> history, bool converged)
    {
        _model = CovarianceModel.Of(covariance);
        Covariance = covariance;
        Weights = parameters.Weights.DetachFromDisposeScope();
        Means = parameters.Means.DetachFromDisposeScope();
        Covariances = parameters.Covariances.DetachFromDisposeScope();
        Variances = _model.Variances(Covariances, Dimensions).DetachFromDisposeScope();
        History = history;
        Converged = converged;
    }

    /// <summary>What the covariances look like.</summary>
    public CovarianceType Covariance { get; }

    /// <summary>π_k, (K), float64; owned by the mixture.</summary>
    public Tensor Weights { get; }

    /// <summary>μ_k, (K, D), float64; owned by the mixture.</summary>
    public Tensor Means { get; }

    /// <summary>Σ_k, float64: (K, D) variances, (K) variances or (K, D, D) matrices, as <see cref="CovarianceType"/> states; owned by the mixture.</summary>
    public Tensor Covariances { get; }

    /// <summary>The variance of each component in each dimension, (K, D), float64, whatever the type: a view of <see cref="Covariances"/>, owned by the mixture.</summary>
    public Tensor Variances { get; }

    /// <summary>K.</summary>
    public int Components => (int)Means.shape[0];

    /// <summary>D.</summary>
    public int Dimensions => (int)Means.shape[1];

    /// <summary>The mean log-likelihood of a point, in nats, at the start of each iteration of the fit; empty if the mixture was not fitted.</summary>
    /// <remarks>It falls only where an empty component was moved, or by as little as the floor changes the variances.</remarks>
    public IReadOnlyList<double> History { get; }

    /// <summary>Iterations of the run that was kept.</summary>
    public int Iterations => History.Count;

    /// <summary>Whether that run met the tolerance.</summary>
    public bool Converged { get; }

    /// <summary>Fits a mixture to points by EM.</summary>
    /// <param name="points">(N, D) with N ≥ K, any floating-point dtype.</param>
    /// <param name="options">See <see cref="GaussianMixtureOptions"/>.</param>
    /// <param name="start">
    /// Where to start, instead of from k-means. It is not changed, and there is one run, whatever
    /// <see cref="GaussianMixtureOptions.Restarts"/> says.
    /// </param>
    /// <returns>The likeliest of the runs; the caller disposes it.</returns>
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
        using var scope = NewDisposeScope();
        var em = new ExpectationMaximization(points, PointBlocks.Mean(points), options);
        if (start is not null)
        {
            CheckStart(start, options, points.shape[1]);
            return em.Run(start);
        }
        var random = new Random(options.Seed);
        GaussianMixture? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            using var clusters = KMeans.Fit(points, new KMeansOptions { Clusters = options.Components, Seed = random.Next() });
            var run = em.Run(clusters.Labels);
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
        var result = Fresh(points, float64);
        ForEachBlock(points, (rows, logJoint) => result[rows].copy_(logJoint.logsumexp(0)));
        return result;
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
        var result = Fresh(points, float64, Components);
        ForEachBlock(points, (rows, logJoint) => result[rows].copy_(logJoint.softmax(0).t()));
        return result;
    }

    /// <summary>The component with the largest responsibility for each of the points, (N, D): N numbers from 0 to K − 1.</summary>
    /// <exception cref="ArgumentException">The points are not (N, D) with the D of the mixture, or not all finite.</exception>
    public int[] Predict(Tensor points)
    {
        using var result = Fresh(points, int32);
        ForEachBlock(points, (rows, logJoint) => result[rows].copy_(logJoint.argmax(0)));
        return result.data<int>().ToArray();
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
        var weights = Weights.data<double>().ToArray();
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
        var numbers = values.narrow(0, 0, Math.Min(Most, values.shape[0])).contiguous().data<double>().ToArray();
        string more = values.shape[0] > Most ? ", …" : "";
        return $"({string.Join(", ", numbers.Select(number => number.ToString("g4", CultureInfo.InvariantCulture)))}{more})";
    }

    /// <summary>Calls <paramref name="action"/> with the rows of each block and log π_k N(x_n; μ_k, Σ_k) for them, (K, n).</summary>
    private void ForEachBlock(Tensor points, Action<TensorIndex, Tensor> action)
    {
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var centre = Weights.unsqueeze(0).mm(Means).squeeze(0);
        var logNormal = _model.LogDensities(Means - centre, Covariances);
        var logWeights = Weights.log().unsqueeze(1);
        PointBlocks.ForEach(points, centre, _model.Width(Components, Dimensions), (start, x) =>
            action(TensorIndex.Slice(start, start + x.shape[0]), logNormal(_model.Statistics(x)) + logWeights));
    }

    /// <summary>An empty tensor with a row for each point, once those have been checked.</summary>
    private Tensor Fresh(Tensor points, ScalarType dtype, params long[] columns)
    {
        PointBlocks.Check(points, least: 1, nameof(points), Dimensions);
        return empty([points.shape[0], .. columns], dtype);
    }

    private static (Tensor, Tensor, Tensor) CheckedCopies(CovarianceType type, Tensor weights, Tensor means, Tensor covariances)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(means);
        ArgumentNullException.ThrowIfNull(covariances);
        using var gradients = no_grad();
        using var scope = NewDisposeScope();
        var model = CovarianceModel.Of(type);
        if (means.shape.Length != 2 || means.shape.Contains(0) || !means.isfinite().all().item<bool>())
        {
            throw new ArgumentException($"Expected finite means (K, D), found ({Shape(means)}).", nameof(means));
        }
        (long k, long d) = (means.shape[0], means.shape[1]);
        var pi = weights.to(float64, copy: true);
        double sum = pi.sum().item<double>();
        if (!pi.shape.SequenceEqual([k]) || !(pi >= 0).all().item<bool>() || !(Math.Abs(sum - 1) <= 1e-6))
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"Expected {k} weights, none negative, that sum to 1, found ({Shape(pi)}) with the sum {sum}."), nameof(weights));
        }
        var sigma = covariances.to(float64, copy: true);
        if (!sigma.shape.SequenceEqual(model.Shape(k, d)))
        {
            throw new ArgumentException(
                $"Expected {type} covariances ({string.Join(", ", model.Shape(k, d))}), found ({Shape(sigma)}).", nameof(covariances));
        }
        if (!sigma.isfinite().all().item<bool>() || !model.IsPositive(sigma))
        {
            throw new ArgumentException($"Expected covariances that are finite and {model.Positive}.", nameof(covariances));
        }
        return (pi.MoveToOuterDisposeScope(), means.to(float64, copy: true).MoveToOuterDisposeScope(), sigma.MoveToOuterDisposeScope());
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
