using CsCheck;
using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

public sealed class GaussianMixtureTests
{
    private static readonly Gen<CovarianceType> _types = Gen.Enum<CovarianceType>();

    /// <summary>Any small set of points with some structure, with K, a type of covariance and a seed.</summary>
    private static readonly Gen<(CovarianceType Type, int K, int N, int D, int Seed)> _cases =
        Gen.Select(_types, Gen.Int[1, 4], Gen.Int[20, 120], Gen.Int[1, 4], Gen.Int[0, 10_000]);

    [Fact]
    public void ResponsibilitiesAreProbabilitiesAndAgreeWithTheDensities() => _cases.Sample(c =>
    {
        using var scope = NewDisposeScope();
        var points = Points(c.N, c.D, c.Seed);
        using var mixture = GaussianMixture.Fit(points, Options(c.Type, c.K));
        var responsibilities = mixture.Responsibilities(points);
        Assert.Equal([c.N, c.K], responsibilities.shape);
        Assert.True((responsibilities >= 0).all().item<bool>());
        Near.Equal(Enumerable.Repeat(1.0, c.N).ToArray(), responsibilities.sum(1), 1e-12);
        Near.Equal([1], mixture.Weights.sum(), 1e-12);
        Assert.Equal(responsibilities.argmax(1).data<long>().ToArray(), mixture.Predict(points).Select(label => (long)label));
        Near.Equal(mixture.LogLikelihood(points), mixture.LogDensities(points).mean().item<double>(), 1e-12);
        if (c.Type != CovarianceType.Full)
        {
            // The same mixture by way of the differentiable densities.
            var logJoint = DiagonalGaussians.LogDensities(points, mixture.Means, mixture.Variances.log()) + mixture.Weights.log();
            Near.Equal(logJoint.logsumexp(1).data<double>().ToArray(), mixture.LogDensities(points), 1e-6);
        }
    }, iter: 60);

    [Fact]
    public void LikelihoodFallsByNoMoreThanTheVarianceFloorCosts() => _cases.Sample(c =>
    {
        using var scope = NewDisposeScope();
        var points = Points(c.N, c.D, c.Seed);
        var options = Options(c.Type, c.K) with { MaxIterations = 1 };
        var mixture = GaussianMixture.Fit(points, options);
        for (int step = 0; step < 15; step++)
        {
            var next = GaussianMixture.Fit(points, options, mixture);
            // With the floor added to the variances, the M-step maximises the expected log-likelihood less this; it is small unless a component is nearly singular.
            double cost = options.VarianceFloor / 2 * (next.Weights * TraceOfInverse(mixture)).sum().item<double>();
            var (before, after) = (mixture.LogLikelihood(points), next.LogLikelihood(points));
            Assert.True(after >= before - cost - 1e-9, $"from {before} to {after}, which the floor does not explain ({cost})");
            mixture.Dispose();
            mixture = next;
        }
        mixture.Dispose();
    }, iter: 60);

    [Fact]
    public void TheOrderOfThePointsDoesNotMatter() => _cases.Sample(c =>
    {
        using var scope = NewDisposeScope();
        var points = Points(c.N, c.D, c.Seed);
        long[] order = [.. Enumerable.Range(0, c.N)];
        new Random(c.Seed).Shuffle(order);
        using var start = GaussianMixture.Fit(points, Options(c.Type, c.K) with { MaxIterations = 1 });
        var options = Options(c.Type, c.K) with { Tolerance = 0, MaxIterations = 5 };
        using var mixture = GaussianMixture.Fit(points, options, start);
        using var permuted = GaussianMixture.Fit(points.index_select(0, tensor(order)), options, start);
        Near.Equal(mixture.Weights.data<double>().ToArray(), permuted.Weights, 1e-7);
        Near.Equal(mixture.Means.data<double>().ToArray(), permuted.Means, 1e-7);
        Near.Equal(mixture.Covariances.data<double>().ToArray(), permuted.Covariances, 1e-7);
    }, iter: 60);

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void SamplesHaveTheMomentsOfTheMixture(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        using var truth = References.Start(type);
        const int Count = 200_000;
        var (points, labels) = truth.Sample(Count, seed: 5);
        var components = tensor(labels);
        for (int k = 0; k < 3; k++)
        {
            var own = points.index_select(0, components.eq(k).nonzero().flatten());
            var deviations = own - truth.Means[k];
            var covariance = deviations.t().mm(deviations) / own.shape[0];
            var expected = type == CovarianceType.Full ? truth.Covariances[k] : diag(truth.Variances[k]);
            // Five standard errors: of a share √(π(1−π)/N), of a mean √(σ²/N_k), of a covariance at most √(2/N_k)·σ².
            double share = truth.Weights[k].item<double>(), largest = expected.max().item<double>();
            Assert.Equal(share, (double)own.shape[0] / Count, 5 * Math.Sqrt(share * (1 - share) / Count));
            Assert.True(deviations.mean([0L]).abs().max().item<double>() < 5 * Math.Sqrt(largest / own.shape[0]));
            Assert.True((covariance - expected).abs().max().item<double>() < 5 * Math.Sqrt(2.0 / own.shape[0]) * largest);
        }
    }

    [Fact]
    public void SamplesFollowTheirSeedAndLeaveTheGlobalOneAlone()
    {
        using var scope = NewDisposeScope();
        using var mixture = References.Start(CovarianceType.Diagonal);
        using var state = get_rng_state();
        var (first, labels) = mixture.Sample(50, seed: 9);
        var (second, sameLabels) = mixture.Sample(50, seed: 9);
        var (other, _) = mixture.Sample(50, seed: 10);
        using var fitted = GaussianMixture.Fit(first, Options(CovarianceType.Diagonal, 2));
        Assert.Equal(first.data<double>().ToArray(), second.data<double>().ToArray());
        Assert.Equal(labels, sameLabels);
        Assert.NotEqual(first.data<double>().ToArray(), other.data<double>().ToArray());
        Assert.Equal(state.data<byte>().ToArray(), get_rng_state().data<byte>().ToArray());
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void DensityIntegratesToOne(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        const int Steps = 300;
        const double Width = 24;
        var axis = (arange(Steps, float64) + 0.5) * (Width / Steps) - Width / 2;
        var grid = stack([axis.unsqueeze(1).expand(Steps, Steps).flatten(), axis.unsqueeze(0).expand(Steps, Steps).flatten()], 1);
        var sample = randn(60, 2, float64, generator: new Generator(3)).mm(tensor(new[] { 1.0, 0.8, 0.0, 0.9 }).reshape(2, 2));
        using var mixture = GaussianMixture.Fit(sample, Options(type, 2));
        Near.Equal(1, mixture.LogDensities(grid).exp().sum().item<double>() * Math.Pow(Width / Steps, 2), 1e-6);
    }

    [Fact]
    public void TheSameSeedGivesTheSameMixture()
    {
        using var scope = NewDisposeScope();
        var points = Points(500, 3, 1);
        using var first = GaussianMixture.Fit(points, Options(CovarianceType.Diagonal, 6) with { Restarts = 3, Seed = 1 });
        using var second = GaussianMixture.Fit(points, Options(CovarianceType.Diagonal, 6) with { Restarts = 3, Seed = 1 });
        using var other = GaussianMixture.Fit(points, Options(CovarianceType.Diagonal, 6) with { Restarts = 3, Seed = 2 });
        Assert.Equal(first.Means.data<double>().ToArray(), second.Means.data<double>().ToArray());
        Assert.Equal(first.History, second.History);
        Assert.NotEqual(first.Means.data<double>().ToArray(), other.Means.data<double>().ToArray());
    }

    [Fact]
    public void MoreRestartsNeverDoWorse()
    {
        using var scope = NewDisposeScope();
        var points = Points(200, 2, 4);
        double[] likelihoods = [.. new[] { 1, 4, 12 }.Select(restarts =>
        {
            using var mixture = GaussianMixture.Fit(points, Options(CovarianceType.Full, 6) with { Restarts = restarts });
            return mixture.History[^1];
        })];
        Assert.True(likelihoods[0] <= likelihoods[1] && likelihoods[1] <= likelihoods[2] && likelihoods[0] < likelihoods[2], string.Join(", ", likelihoods));
    }

    [Fact]
    public void SingleAndDoublePrecisionAgreeAcrossBlocks()
    {
        // More points than fit into one block.
        using var scope = NewDisposeScope();
        var points = Points(10_000, 3, 6).to(float32);
        var options = Options(CovarianceType.Diagonal, 3);
        using var single = GaussianMixture.Fit(points.requires_grad_(), options);
        using var exact = GaussianMixture.Fit(points.to(float64), options);
        Assert.Equal(float64, single.Means.dtype);
        Assert.Equal(exact.Means.data<double>().ToArray(), single.Means.data<double>().ToArray());
        Assert.Equal(exact.Predict(points), single.Predict(points));
    }

    [Fact]
    public void PointsFarFromZeroKeepTheirVariances()
    {
        using var scope = NewDisposeScope();
        var points = Points(400, 2, 8);
        var options = Options(CovarianceType.Diagonal, 2);
        using var near = GaussianMixture.Fit(points, options);
        using var far = GaussianMixture.Fit(points + 1e7, options);
        Near.Equal(near.Variances.data<double>().ToArray(), far.Variances, 1e-6);
        Near.Equal((near.Means + 1e7).data<double>().ToArray(), far.Means, 1e-12);
        Near.Equal(near.LogLikelihood(points), far.LogLikelihood(points + 1e7), 1e-6);
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void FarPointsHaveFiniteDensitiesAndResponsibilities(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        using var mixture = References.Start(type);
        var points = tensor(new[] { 1e9, -1e9, 1e9, 0.0, 0.0, -1e30 }).reshape(2, 3);
        Assert.True(mixture.LogDensities(points).isfinite().all().item<bool>());
        Near.Equal([1, 1], mixture.Responsibilities(points).sum(1), 1e-12);
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void RoundingLiftsNoDensityAboveThatOfTheMean(CovarianceType type)
    {
        // 10⁹ standard deviations apart, where little is left of squares after subtraction.
        using var scope = NewDisposeScope();
        var means = tensor(new[] { 1e6, -1e6, 0.7e6, 1.3e6 }).reshape(2, 2);
        using var mixture = new GaussianMixture(type, tensor(new[] { 0.5, 0.5 }), means, CovarianceOf(type, 2, 2) * 1e-6);
        var points = means.repeat(100, 1) + randn(200, 2, float64, generator: new Generator(1)) * 1e-3;
        double largest = -Math.Log(2) - Math.Log(2 * Math.PI * 1e-6);
        Assert.True(mixture.LogDensities(points).max().item<double>() <= largest + 1e-9);
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void ConstantAndDuplicatePointsEndAtTheFloor(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        var constant = full(30, 2, 1e6, float64);
        var duplicates = tensor(new[] { 0.0, 0.0, 50.0, 50.0 }).reshape(2, 2).repeat(15, 1);
        foreach (var points in new[] { constant, duplicates })
        {
            using var mixture = GaussianMixture.Fit(points, Options(type, 4) with { VarianceFloor = 1e-4 });
            Assert.True(mixture.Converged);
            Assert.True(mixture.Weights.isfinite().all().item<bool>());
            Near.Equal(Enumerable.Repeat(1e-4, 8).ToArray(), mixture.Variances, 1e-12);
            // All points lie on a mean: no more than log N(0; 0, floor·I).
            double bound = -Math.Log(2 * Math.PI * 1e-4);
            Assert.True(double.IsFinite(mixture.LogLikelihood(points)) && mixture.LogLikelihood(points) <= bound + 1e-6);
            Near.Equal(Enumerable.Repeat(1.0, 30).ToArray(), mixture.Responsibilities(points).sum(1), 1e-12);
        }
    }

    [Fact]
    public void PointsOnALineStayFiniteWithFullCovariances()
    {
        // Covariances of rank one with entries of 10¹²: rounding alone exceeds the floor.
        using var scope = NewDisposeScope();
        var t = randn(200, 1, float64, generator: new Generator(2)) * 1e6;
        var points = cat([t, 2 * t, -t], 1);
        using var mixture = GaussianMixture.Fit(points, Options(CovarianceType.Full, 2));
        Assert.All(mixture.History, value => Assert.True(double.IsFinite(value)));
        Assert.True(mixture.LogDensities(points).isfinite().all().item<bool>());
    }

    [Theory]
    [InlineData(CovarianceType.Diagonal)]
    [InlineData(CovarianceType.Spherical)]
    [InlineData(CovarianceType.Full)]
    public void AnEmptyComponentComesBack(CovarianceType type)
    {
        // Three clusters; the start covers two and puts the third component where no point is.
        using var scope = NewDisposeScope();
        var centres = tensor(new[] { 0.0, 0.0, 12.0, 0.0, 0.0, 12.0 }).reshape(3, 2);
        var points = centres.repeat(50, 1) + randn(150, 2, float64, generator: new Generator(1));
        var covariances = CovarianceOf(type, 3, 2);
        using var start = new GaussianMixture(type, full(3, 1 / 3.0, float64),
            tensor(new[] { 0.0, 0.0, 12.0, 0.0, 1e5, 1e5 }).reshape(3, 2), covariances);
        using var mixture = GaussianMixture.Fit(points, Options(type, 3), start);
        Assert.True(mixture.Converged);
        Near.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0], mixture.Weights, 1e-3);
        Assert.Equal(3, mixture.Predict(centres).Distinct().Count());
        // The start is as it was.
        Assert.Equal(1e5, start.Means[2, 0].item<double>());
    }

    [Fact]
    public void StopsAtTheLastIterationAllowed()
    {
        using var points = Points(300, 3, 2);
        using var mixture = GaussianMixture.Fit(points, Options(CovarianceType.Diagonal, 4) with { Tolerance = 0, MaxIterations = 7 });
        Assert.Equal((7, 7, false), (mixture.Iterations, mixture.History.Count, mixture.Converged));
    }

    [Fact]
    public void OwnsItsTensorsAndLeavesNothingBehind()
    {
        using var points = Points(5000, 3, 3);
        GaussianMixture mixture;
        using (NewDisposeScope())
        {
            mixture = GaussianMixture.Fit(points, Options(CovarianceType.Full, 3) with { Restarts = 2 });
        }
        long live = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (var logDensities = mixture.LogDensities(points))
        using (var responsibilities = mixture.Responsibilities(points))
        {
            Assert.Equal(live + 2, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        _ = (mixture.Predict(points), mixture.Bic(points), mixture.ToString());
        mixture.Sample(10, 0).Points.Dispose();
        GaussianMixture.Fit(points, Options(CovarianceType.Full, 3), mixture).Dispose();
        Assert.Equal(live, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        mixture.Dispose();
        Assert.Equal(live - 4, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void ReadsAsText()
    {
        using var scope = NewDisposeScope();
        using var mixture = new GaussianMixture(CovarianceType.Diagonal, tensor(new[] { 0.25, 0.75 }),
            tensor(new[] { 1.5, -2.0, 0.0, 10.0 }).reshape(2, 2), tensor(new[] { 4.0, 0.25, 1.0, 9.0 }).reshape(2, 2));
        Assert.Equal(
            """
            GaussianMixture(K = 2, D = 2, Diagonal)
              0: π = 0.2500, μ = (1.5, -2), σ = (2, 0.5)
              1: π = 0.7500, μ = (0, 10), σ = (1, 3)
            """, mixture.ToString());
        using var wide = GaussianMixture.Fit(zeros(3, 9), Options(CovarianceType.Spherical, 1));
        Assert.Equal(
            """
            GaussianMixture(K = 1, D = 9, Spherical, 2 iterations, converged)
              0: π = 1.0000, μ = (0, 0, 0, 0, 0, …), σ = (0.001, 0.001, 0.001, 0.001, 0.001, …)
            """, wide.ToString());
    }

    [Fact]
    public void RefusesOptionsOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>("Components", () => new GaussianMixtureOptions { Components = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("MaxIterations", () => Options(default, 2) with { MaxIterations = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Restarts", () => Options(default, 2) with { Restarts = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("Tolerance", () => Options(default, 2) with { Tolerance = -1e-9 });
        Assert.Throws<ArgumentOutOfRangeException>("VarianceFloor", () => Options(default, 2) with { VarianceFloor = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("VarianceFloor", () => Options(default, 2) with { VarianceFloor = double.PositiveInfinity });
        using var mixture = References.Start(CovarianceType.Full);
        Assert.Throws<ArgumentOutOfRangeException>("count", () => mixture.Sample(0, 1));
    }

    [Fact]
    public void RefusesPointsThatCannotBeFitted()
    {
        using var scope = NewDisposeScope();
        var options = Options(CovarianceType.Diagonal, 3);
        string Message(Tensor points) => Assert.Throws<ArgumentException>(nameof(points), () => GaussianMixture.Fit(points, options)).Message;
        Assert.Contains("at least 3 points, one for each component, found 2", Message(zeros(2, 4)));
        Assert.Contains("(N, D), found (5)", Message(zeros(5)));
        Assert.Contains("found (5, 2, 2)", Message(zeros(5, 2, 2)));
        Assert.Contains("found (0, 2)", Message(zeros(0, 2)));
        Assert.Contains("found (5, 2) of Int64", Message(zeros(5, 2, int64)));
        foreach (double wrong in new[] { double.NaN, double.NegativeInfinity, 1e200 })
        {
            // Beyond the first block.
            var points = zeros(9000, 2, float64);
            points[8999, 1] = tensor(wrong);
            Assert.Contains($"found {wrong} in row 8999, column 1", Message(points));
        }
        using var mixture = References.Start(CovarianceType.Diagonal);
        Assert.Contains("(N, 3), found (4, 2)", Assert.Throws<ArgumentException>("points", () => mixture.LogDensities(zeros(4, 2))).Message);
        Assert.Throws<ArgumentException>("points", () => mixture.Responsibilities(zeros(3)));
        Assert.Throws<ArgumentException>("points", () => mixture.Predict(zeros(4, 2)));
        Assert.Throws<ArgumentException>("points", () => mixture.Bic(zeros(4, 2)));
        var broken = zeros(4, 3);
        broken[1, 2] = tensor(float.NaN);
        Assert.All<Action>([() => mixture.LogDensities(broken), () => mixture.LogLikelihood(broken), () => mixture.Responsibilities(broken), () => mixture.Predict(broken), () => mixture.Bic(broken)],
            use => Assert.Contains("found NaN in row 1, column 2", Assert.Throws<ArgumentException>("points", use).Message));
    }

    [Fact]
    public void RefusesParametersThatAreNoMixture()
    {
        using var scope = NewDisposeScope();
        void Refused(string name, string found, CovarianceType type, Tensor weights, Tensor means, Tensor covariances) => Assert.Contains(
            found, Assert.Throws<ArgumentException>(name, () => new GaussianMixture(type, weights, means, covariances)).Message);
        var (half, origin, one) = (full(2, 0.5, float64), zeros(2, 3, float64), ones(2, 3, float64));
        Refused("means", "found (3)", CovarianceType.Diagonal, half, zeros(3), one);
        Refused("means", "finite", CovarianceType.Diagonal, half, origin + double.NaN, one);
        Refused("weights", "found (3) with the sum 1.5", CovarianceType.Diagonal, full(3, 0.5), origin, one);
        Refused("weights", "sum 1.2", CovarianceType.Diagonal, half + 0.1, origin, one);
        Refused("weights", "none negative", CovarianceType.Diagonal, tensor(new[] { 1.5, -0.5 }), origin, one);
        Refused("covariances", "Diagonal covariances (2, 3), found (2)", CovarianceType.Diagonal, half, origin, ones(2));
        Refused("covariances", "Full covariances (2, 3, 3), found (2, 3)", CovarianceType.Full, half, origin, one);
        Refused("covariances", "positive", CovarianceType.Spherical, half, origin, zeros(2));
        Refused("covariances", "finite", CovarianceType.Diagonal, half, origin, one / 0);
        Refused("covariances", "symmetric", CovarianceType.Full, half, origin, eye(3).roll(1, 0).expand(2, 3, 3));
        Refused("covariances", "positive definite", CovarianceType.Full, half, origin, ones(2, 3, 3));
    }

    [Fact]
    public void RefusesAStartThatDoesNotFit()
    {
        using var scope = NewDisposeScope();
        using var start = References.Start(CovarianceType.Diagonal);
        void Refused(Tensor points, GaussianMixtureOptions options) =>
            Assert.Contains("found K = 3, D = 3, Diagonal", Assert.Throws<ArgumentException>("start", () => GaussianMixture.Fit(points, options, start)).Message);
        Refused(zeros(9, 3), Options(CovarianceType.Diagonal, 2));
        Refused(zeros(9, 4), Options(CovarianceType.Diagonal, 3));
        Refused(zeros(9, 3), Options(CovarianceType.Full, 3));
        using var remote = new GaussianMixture(CovarianceType.Diagonal, full(3, 1 / 3.0, float64), full(3, 3, 1e300, float64), ones(3, 3));
        Assert.Throws<ArithmeticException>(() => GaussianMixture.Fit(zeros(9, 3), Options(CovarianceType.Diagonal, 3), remote));
    }

    private static GaussianMixtureOptions Options(CovarianceType type, int components) => new() { Components = components, Covariance = type };

    private static Tensor CovarianceOf(CovarianceType type, int k, int d) => type switch
    {
        CovarianceType.Diagonal => ones(k, d, float64),
        CovarianceType.Spherical => ones(k, float64),
        _ => eye(d, dtype: float64).expand(k, d, d),
    };

    /// <summary>tr Σ_k⁻¹, (K).</summary>
    private static Tensor TraceOfInverse(GaussianMixture mixture) => mixture.Covariances.dim() == 3
        ? linalg.inv(mixture.Covariances).diagonal(0, 1, 2).sum(1)
        : (1 / mixture.Variances).sum(1);

    /// <summary>Three overlapping clusters of different spreads.</summary>
    private static Tensor Points(int n, int d, int seed)
    {
        using var scope = NewDisposeScope();
        var generator = new Generator((ulong)seed);
        var centres = randn(3, d, float64, generator: generator) * 3;
        var spreads = rand(3, d, float64, generator: generator) + 0.3;
        var cluster = arange(n, int64) % 3;
        return (centres.index_select(0, cluster) + spreads.index_select(0, cluster) * randn(n, d, float64, generator: generator)).MoveToOuterDisposeScope();
    }
}
