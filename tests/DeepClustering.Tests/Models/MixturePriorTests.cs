using DeepClustering.Losses;
using DeepClustering.Models;
using DeepClustering.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Models;

/// <summary>The three ways to γ: at the mean of q(z|x), at a draw of it, and in expectation over it.</summary>
public sealed class MixturePriorTests : IDisposable
{
    private const int B = 5, K = 3, D = 2;
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 12, HiddenWidths = [8], LatentSize = D };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(7);
    private readonly Vade _vade = new(K, _small);
    private readonly MixturePrior _prior;
    private readonly Tensor _mean, _logVariance;

    public MixturePriorTests()
    {
        _vade.to(float64);
        _prior = _vade.Prior;
        _prior.Set(tensor([0.5, 0.3, 0.2]), Normal(K, D), exp(0.5 * Normal(K, D)));
        (_mean, _logVariance) = (Normal(B, D), Normal(B, D));
    }

    public void Dispose()
    {
        _vade.Dispose();
        _random.Dispose();
        _scope.Dispose();
    }

    private Tensor Normal(params long[] shape) => randn(shape, float64, generator: _random);

    private static double Largest(Tensor difference) => difference.abs().max().item<double>();

    [Fact]
    public void ExpectedResponsibilitiesEqualMonteCarlo()
    {
        using var guard = no_grad();
        const int Draws = 400_000;
        var closed = _prior.LogExpectedResponsibilities(_mean, _logVariance);
        Assert.Equal(float64, closed.dtype);
        for (int b = 0; b < B; b++)
        {
            using var scope = NewDisposeScope();
            // Log odds against component 0: there the normalisation over c falls out, before the mean over z and after it.
            var logGamma = _prior.LogResponsibilities(_mean[b] + exp(0.5 * _logVariance[b]) * Normal(Draws, D));
            var odds = logGamma - logGamma.narrow(1, 0, 1);                                        // (S, K)
            var error = odds.std(0L) / Math.Sqrt(Draws);
            var expected = closed[b] - closed[b, 0];
            Assert.True((expected - odds.mean([0])).abs().le(5 * error).all().item<bool>());
            Assert.True(error.le(0.02 * expected.abs()).all().item<bool>(), "the estimate is too coarse to prove anything");
        }
    }

    [Fact]
    public void NoOtherResponsibilitiesHaveALargerElbo()
    {
        using var guard = no_grad();
        double NegativeElbo(Tensor logGamma) => VadeLoss.NegativeElbo(
            zeros(B, float64), _mean, _logVariance, logGamma, _prior.LogWeights(), _prior.Means, _prior.LogVariances).Total.item<double>();
        var best = _prior.LogExpectedResponsibilities(_mean, _logVariance);
        double least = NegativeElbo(best);
        Assert.True(least < NegativeElbo(_prior.LogResponsibilities(_mean)));
        foreach (double step in new[] { 1e-3, 0.1, 1, 10 })
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(least < NegativeElbo(nn.functional.log_softmax(best + step * Normal(B, K), 1)));
            }
        }
    }

    [Fact]
    public void WithoutVarianceAllThreeAgree()
    {
        using var guard = no_grad();
        var narrow = full_like(_mean, -60);
        var expected = _prior.LogExpectedResponsibilities(_mean, narrow);
        var draw = _mean + exp(0.5 * narrow) * Normal(B, D);
        Assert.InRange(Largest(expected - _prior.LogResponsibilities(_mean)), 0, 1e-12);
        Assert.InRange(Largest(expected - _prior.LogResponsibilities(draw)), 0, 1e-9);
        // A variance that all components share equally tells them no further apart.
        _prior.Set(tensor([0.5, 0.3, 0.2]), _prior.Means, ones(K, D, float64));
        Assert.InRange(Largest(_prior.LogExpectedResponsibilities(_mean, _logVariance) - _prior.LogResponsibilities(_mean)), 0, 1e-12);
    }

    [Fact]
    public void FarAndWideLatentsStayFiniteAndNormalised()
    {
        using var guard = no_grad();
        var logGamma = _prior.LogExpectedResponsibilities(full([1, D], 1e6, dtype: float64), full([1, D], 30, dtype: float64));
        Assert.True(logGamma.isfinite().all().item<bool>());
        Assert.Equal(1, exp(logGamma).sum().item<double>(), 5e-13);
    }

    [Fact]
    public void FittedToRowsTheBoundHasNoGradientInThePrior()
    {
        var (mean, logVariance) = (2 * Normal(300, D), Normal(300, D));
        var logGamma = _prior.LogExpectedResponsibilities(mean, logVariance).detach();
        _prior.Fit(mean, logVariance);
        VadeLoss.NegativeElbo(zeros(300, float64), mean, logVariance, logGamma, _prior.LogWeights(), _prior.Means, _prior.LogVariances).Total.backward();
        Assert.All(_prior.parameters(), parameter => Assert.InRange(Largest(parameter.grad!), 0, 1e-12));
        Assert.Equal(1, exp(_prior.LogWeights()).sum().item<double>(), 5e-13);
    }

    [Fact]
    public void FittingNeverLowersTheBound()
    {
        for (int trial = 0; trial < 50; trial++)
        {
            using var scope = NewDisposeScope();
            var (mean, logVariance) = (trial % 5 * Normal(40, D), Normal(40, D) - trial % 3);
            _prior.Set(nn.functional.softmax(Normal(K), 0), 2 * Normal(K, D), exp(Normal(K, D)));
            double NegativeBound() => VadeLoss.NegativeElbo(
                zeros(40, float64), mean, logVariance, _prior.LogExpectedResponsibilities(mean, logVariance),
                _prior.LogWeights(), _prior.Means, _prior.LogVariances).Total.item<double>();
            double before = NegativeBound();
            _prior.Fit(mean, logVariance);
            Assert.True(NegativeBound() <= before + 1e-9, $"trial {trial}: {before} before, {NegativeBound()} after");
        }
    }

    [Fact]
    public void AComponentWithoutRowsStaysWhereItIs()
    {
        using var guard = no_grad();
        _prior.Set(tensor([0.5, 0.3, 0.2]), tensor(new double[,] { { 0, 0 }, { 1, 0 }, { 1e4, 1e4 } }), 3 * ones(K, D, float64));
        _prior.Fit(Normal(50, D), Normal(50, D));
        Assert.Equal([1e4, 1e4], _prior.Means[2].data<double>().ToArray());
        Assert.InRange(Largest(_prior.LogVariances[2] - Math.Log(3)), 0, 1e-12);
        Assert.InRange(exp(_prior.LogWeights()[2]).item<double>(), 1e-12, 1e-6);
    }

    [Fact]
    public void ValuesThatAreNotFiniteAreRefusedAndThePriorStays()
    {
        var before = _prior.Means.clone();
        var mean = Normal(50, D);
        mean[3, 1] = double.NaN;
        Assert.Throws<ArgumentException>(() => _prior.Fit(mean, Normal(50, D)));
        string message = Assert.Throws<ArgumentException>(() => _prior.Fit(Normal(50, D + 1), Normal(50, D))).Message;
        Assert.Contains("(N, 2) of at least one row, found (50, 3) and (50, 2)", message, StringComparison.Ordinal);
        Assert.Equal(0, Largest(_prior.Means - before));
    }
}
