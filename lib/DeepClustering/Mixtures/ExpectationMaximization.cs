using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>The EM algorithm for Gaussian mixtures: Dempster, Laird and Rubin 1977; Bishop 2006, section 9.2.2.</summary>
/// <remarks>
/// Everything here is float64 and relative to the mean of the points, so that E[x²] − μ² does not cancel.
/// The order of steps, the floor and the test of convergence are scikit-learn's, so that runs can be compared one to one.
/// </remarks>
internal sealed class ExpectationMaximization(Tensor points, Tensor centre, GaussianMixtureOptions options)
{
    // A component with less than this, in points, is empty.
    private const double Vacant = 1e-6;

    private readonly CovarianceModel _model = CovarianceModel.Of(options.Covariance);
    private readonly long _count = points.shape[0], _dimensions = points.shape[1];

    // Converted once: every iteration reads all points.
    private readonly Tensor _centred = points.detach().to(float64) - centre;

    /// <summary>Weights (K), means (K, D) and covariances of a mixture.</summary>
    private sealed record Parameters(Tensor Weights, Tensor Means, Tensor Covariances)
    {
        public Parameters MoveToOuterDisposeScope() =>
            new(Weights.MoveToOuterDisposeScope(), Means.MoveToOuterDisposeScope(), Covariances.MoveToOuterDisposeScope());

        public void Dispose()
        {
            Weights.Dispose();
            Means.Dispose();
            Covariances.Dispose();
        }
    }

    /// <summary>N_k = Σ_n γ_kn (K) and the sums of the statistics Σ_n γ_kn t(x_n) (K, D + S): all that the M-step needs to know of the points.</summary>
    private sealed record Moments(Tensor Counts, Tensor Sums);

    /// <summary>Runs EM from a mixture in the points' own coordinates; the caller disposes what is returned.</summary>
    public GaussianMixture Run(GaussianMixture start)
    {
        using var scope = NewDisposeScope();
        return Run(new Parameters(start.Weights.alias(), start.Means - centre, start.Covariances.alias()));
    }

    /// <summary>Runs EM from the clusters of k-means; the caller disposes what is returned.</summary>
    public GaussianMixture Run(IReadOnlyList<int> labels)
    {
        using var scope = NewDisposeScope();
        var clusters = tensor(labels.Select(label => (long)label).ToArray());
        var moments = Collect((start, statistics) => KMeans.Members(clusters.narrow(0, start, statistics.shape[0]), options.Components));
        return Run(Maximise(moments));
    }

    private GaussianMixture Run(Parameters parameters)
    {
        using var scope = NewDisposeScope();
        var logDensities = empty(_count, float64);
        var history = new List<double>();
        bool converged = false;
        double previous = double.NaN;
        while (!converged && history.Count < options.MaxIterations)
        {
            using var step = NewDisposeScope();
            var moments = Expect(parameters, logDensities);
            double current = logDensities.mean().item<double>();
            if (!double.IsFinite(current))
            {
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The mean log-likelihood is {current} in iteration {history.Count + 1}: the start or the points are too large for float64."));
            }
            history.Add(current);
            // The first comparison is with NaN, and so is the one after a component has been moved: both go on.
            converged = Math.Abs(current - previous) < options.Tolerance;
            var next = Maximise(moments);
            previous = Reseed(moments.Counts, next, logDensities) ? double.NaN : current;
            parameters.Dispose();
            parameters = next.MoveToOuterDisposeScope();
        }
        return new GaussianMixture(
            options.Covariance, (parameters.Weights, parameters.Means + centre, parameters.Covariances), history, converged);
    }

    /// <summary>E-step: responsibilities γ_kn ∝ π_k N(x_n; μ_k, Σ_k), as moments; writes log p(x_n) into <paramref name="logDensities"/>, (N).</summary>
    private Moments Expect(Parameters parameters, Tensor logDensities)
    {
        var logNormal = _model.LogDensities(parameters.Means, parameters.Covariances);
        var logWeights = parameters.Weights.log().unsqueeze(1);                          // (K, 1)
        return Collect((start, statistics) =>
        {
            var logJoint = logNormal(statistics).add_(logWeights);                       // (K, n)
            // log-sum-exp, keeping the exponentials: they are the responsibilities but for their sum.
            var largest = logJoint.amax([0L]);                                           // (n)
            var gamma = logJoint.sub_(largest).exp_();
            var sum = gamma.sum(0L);
            logDensities.narrow(0, start, statistics.shape[0]).copy_(sum.log().add_(largest));
            return gamma.div_(sum);
        });
    }

    /// <summary>Sums the moments over all blocks for responsibilities (K, n) of the block's points.</summary>
    private Moments Collect(Func<long, Tensor, Tensor> responsibilities)
    {
        long k = options.Components;
        var moments = new Moments(zeros(k, float64), zeros(k, _model.StatisticsWidth(_dimensions), float64));
        PointBlocks.ForEach(_centred, _model.Width(k, _dimensions), (start, x) =>
        {
            var statistics = _model.Statistics(x);
            var gamma = responsibilities(start, statistics);
            moments.Counts.add_(gamma.sum(1));
            moments.Sums.add_(gamma.mm(statistics));
        });
        return moments;
    }

    /// <summary>M-step: the parameters that maximise the expected log-likelihood, but for the floor.</summary>
    private Parameters Maximise(Moments moments)
    {
        var counts = moments.Counts.clamp_min(1e-300); // no 0 / 0 before an empty component is moved
        var averages = moments.Sums / counts.unsqueeze(1);                               // (K, D + S)
        var means = averages.narrow(1, 0, _dimensions);
        var second = averages.narrow(1, _dimensions, averages.shape[1] - _dimensions);
        return new Parameters(counts / counts.sum(), means, _model.Estimate(second, means, options.VarianceFloor));
    }

    /// <summary>
    /// Gives each empty component, in place, a K-th of the weight, the mean covariance of the others, and the point of the
    /// lowest density as its mean (the second lowest for the second one, and so on); false if none is empty.
    /// </summary>
    private bool Reseed(Tensor counts, Parameters parameters, Tensor logDensities)
    {
        var vacant = (counts < Vacant).nonzero().flatten();
        if (vacant.shape[0] == 0)
        {
            return false;
        }
        var (_, rows) = logDensities.topk((int)vacant.shape[0], 0, largest: false);
        var lowest = _centred.index_select(0, rows);
        var weights = PerComponent(parameters.Weights, parameters.Covariances);
        var pooled = (weights * parameters.Covariances).sum(0, keepdim: true);           // an empty one weighs nothing
        parameters.Means.index_copy_(0, vacant, lowest);
        parameters.Covariances.index_copy_(0, vacant, pooled.expand([vacant.shape[0], .. pooled.shape[1..]]));
        parameters.Weights.index_fill_(0, vacant, 1.0 / options.Components);
        parameters.Weights.div_(parameters.Weights.sum());
        return true;
    }

    /// <summary>A number for each component (K), shaped so that it meets all that the component has in the other tensor.</summary>
    private static Tensor PerComponent(Tensor numbers, Tensor other) => numbers.reshape([-1, .. other.shape[1..].Select(_ => 1L)]);
}
