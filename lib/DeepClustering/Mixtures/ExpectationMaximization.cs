using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>The EM algorithm for Gaussian mixtures: Dempster, Laird and Rubin 1977; Bishop 2006, section 9.2.2.</summary>
/// <remarks>
/// Everything here is float64 and computed from differences x − μ_k, with means of twice that precision, so that nothing cancels far
/// from zero or for components far apart. The order of steps, the floor and the convergence test are scikit-learn's, so that
/// runs can be compared directly.
/// </remarks>
internal sealed class ExpectationMaximization(PointTiles points, GaussianMixtureOptions options)
{
    // A component with fewer points than this is empty.
    private const double Vacant = 1e-6;

    // E[(x − r)²] − (E[x] − r)² around a reference r loses a digit once the second term is ten times the difference.
    private const double MostShift = 16;

    private readonly CovarianceModel _model = CovarianceModel.Of(options.Covariance);
    private readonly int _dimensions = points.Dimensions;
    private readonly double[] _logDensities = new double[points.Count];

    /// <summary>Weights (K), means (K, D) and covariances of a mixture.</summary>
    private sealed record Parameters(double[] Weights, Centres Means, Tensor Covariances);

    /// <summary>Runs EM from a mixture; the caller disposes the result.</summary>
    public GaussianMixture Run(GaussianMixture start)
    {
        using var scope = NewDisposeScope();
        return Run(new Parameters(start.Weights.data<double>().ToArray(), start.Centres, start.Covariances.alias()));
    }

    /// <summary>Runs EM from the clusters of k-means; the caller disposes the result.</summary>
    public GaussianMixture Run(KMeans clusters)
    {
        using var scope = NewDisposeScope();
        using var unit = _model.Estimate(new double[options.Components * _model.ScatterSize(_dimensions)], _dimensions, 1);
        var kernel = _model.Kernel(unit, _dimensions);
        var (moments, means) = Around(clusters.Centres, kernel, (tile, scratch) =>
        {
            Array.Clear(scratch.Gamma);
            for (int n = 0; n < points.CountIn(tile); n++)
            {
                scratch.GammaOf(clusters.Labels[(tile * points.Width) + n])[n] = 1;
            }
        });
        return Run(Maximise(moments, means));
    }

    private GaussianMixture Run(Parameters parameters)
    {
        var history = new List<double>();
        bool converged = false;
        double previous = double.NaN;
        while (!converged && history.Count < options.MaxIterations)
        {
            using var step = NewDisposeScope();
            var kernel = _model.Kernel(parameters.Covariances, _dimensions);
            var density = new MixtureDensity(parameters.Weights, parameters.Means, kernel);
            var (moments, means) = Around(parameters.Means, kernel, (tile, scratch) =>
            {
                density.Evaluate(points[tile], scratch);
                int count = points.CountIn(tile);
                scratch.LogDensities.AsSpan(0, count).CopyTo(_logDensities.AsSpan(tile * points.Width));
            });
            double current = moments.LogDensity / points.Count;
            if (!double.IsFinite(current))
            {
                throw new ArithmeticException(FormattableString.Invariant(
                    $"The mean log-likelihood is {current} in iteration {history.Count + 1}: the start or the points are too large for float64."));
            }
            history.Add(current);
            // The first comparison, and the one after a component has been moved, is with NaN and does not stop the loop.
            converged = Math.Abs(current - previous) < options.Tolerance;
            var next = Maximise(moments, means);
            bool moved = Reseed(moments.Counts, ref next);
            previous = moved ? double.NaN : current;
            parameters.Covariances.Dispose();
            parameters = next with { Covariances = next.Covariances.MoveToOuterDisposeScope() };
        }
        return new GaussianMixture(options.Covariance, tensor(parameters.Weights), parameters.Means, parameters.Covariances, history, converged);
    }

    /// <summary>Moments around the means of the points, and these means.</summary>
    private (MixtureMoments Moments, Centres Means) Around(Centres reference, GaussianKernel kernel, Action<int, TileScratch> expect)
    {
        var moments = Collect(reference, kernel, expect);
        var means = Moved(reference, moments);
        if (!Near(moments, kernel))
        {
            moments = Collect(means, kernel, expect);
            means = Moved(means, moments);
        }
        return (moments, means);
    }

    /// <summary>Sums the moments over all points for the responsibilities that <paramref name="expect"/> leaves.</summary>
    private MixtureMoments Collect(Centres reference, GaussianKernel kernel, Action<int, TileScratch> expect)
    {
        int components = options.Components;
        MixtureMoments Empty() => new(components, _dimensions, _model.ScatterSize(_dimensions));
        var total = Empty();
        foreach (var part in points.Map(() => new TileScratch(components, _dimensions, points.Width), (first, end, scratch) =>
        {
            var part = Empty();
            for (int tile = first; tile < end; tile++)
            {
                expect(tile, scratch);
                part.Add(points, tile, reference, kernel, scratch);
            }
            return part;
        }))
        {
            total.Add(part);
        }
        return total;
    }

    private Centres Moved(Centres reference, MixtureMoments moments)
    {
        var means = reference.Clone();
        for (int k = 0; k < options.Components; k++)
        {
            for (int d = 0; d < _dimensions; d++)
            {
                means.Move(k, d, moments.Shift(k, d));
            }
        }
        return means;
    }

    /// <summary>Whether the means lie near enough to the reference, for their variances, to subtract the shift from the second moments.</summary>
    private bool Near(MixtureMoments moments, GaussianKernel kernel)
    {
        for (int k = 0; k < options.Components; k++)
        {
            for (int d = 0; d < _dimensions; d++)
            {
                double squared = moments.Shift(k, d) * moments.Shift(k, d);
                double variance = moments.Second(k, kernel.VarianceIndex(d)) - squared;
                if (squared > MostShift * variance && squared > 0)
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>M-step: the parameters that maximise the expected log-likelihood, apart from the floor.</summary>
    private Parameters Maximise(MixtureMoments moments, Centres means)
    {
        int size = _model.ScatterSize(_dimensions);
        double[] scatter = new double[options.Components * size];
        for (int k = 0; k < options.Components; k++)
        {
            for (int s = 0; s < size; s++)
            {
                // S is D variances or D rows of D.
                (int i, int j) = size == _dimensions ? (s, s) : (s / _dimensions, s % _dimensions);
                scatter[(k * size) + s] = moments.Second(k, s) - (moments.Shift(k, i) * moments.Shift(k, j));
            }
        }
        double sum = moments.Counts.Sum();
        return new Parameters(
            Array.ConvertAll(moments.Counts, count => count / sum), means, _model.Estimate(scatter, _dimensions, options.VarianceFloor));
    }

    /// <summary>
    /// Gives each empty component a K-th of the weight, the mean covariance of the others, and the point of the lowest density
    /// as its mean (the second lowest for the second one, and so on); false if none is empty.
    /// </summary>
    private bool Reseed(double[] counts, ref Parameters parameters)
    {
        int[] vacant = [.. Enumerable.Range(0, counts.Length).Where(k => counts[k] < Vacant)];
        if (vacant.Length == 0)
        {
            return false;
        }
        int[] lowest = [.. Enumerable.Range(0, points.Count).OrderBy(n => _logDensities[n]).Take(vacant.Length)];
        var covariances = parameters.Covariances;
        var weights = tensor(parameters.Weights).reshape([-1, .. covariances.shape[1..].Select(_ => 1L)]);
        var pooled = (weights * covariances).sum(0, keepdim: true);                      // an empty one weighs nothing
        covariances.index_copy_(0, tensor(vacant).to(int64), pooled.expand([vacant.Length, .. pooled.shape[1..]]));
        for (int i = 0; i < vacant.Length; i++)
        {
            parameters.Means.Place(vacant[i], points.Point(lowest[i]));
            parameters.Weights[vacant[i]] = 1.0 / options.Components;
        }
        double sum = parameters.Weights.Sum();
        parameters = parameters with { Weights = Array.ConvertAll(parameters.Weights, weight => weight / sum) };
        return true;
    }
}
