using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

public sealed class VaeLossTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(11);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    private Tensor Normal(params long[] shape) => randn(shape, float64, generator: _random);

    [Fact]
    public void DivergenceEqualsMonteCarloExpectation()
    {
        const int Draws = 400_000;
        Tensor mean = Normal(3, 2), logVariance = Normal(3, 2);
        double closed = VaeLoss.NegativeElbo(zeros(3, dtype: float64), mean, logVariance).Total.item<double>();
        var noise = Normal(Draws, 3, 2);
        var z = mean + exp(0.5 * logVariance) * noise;
        var perDraw = (0.5 * (z.square() - noise.square() - logVariance)).sum(-1).mean([1]);       // log q − log p
        double error = perDraw.std().item<double>() / Math.Sqrt(Draws), expected = perDraw.mean().item<double>();
        Assert.InRange(closed, expected - 5 * error, expected + 5 * error);
        Assert.True(error < 0.01 * expected);
    }

    [Fact]
    public void DivergenceFromThePriorItselfIsZero() =>
        Assert.Equal(0, VaeLoss.NegativeElbo(zeros(3), zeros(3, 2), zeros(3, 2)).Total.item<float>());

    [Fact]
    public void GradientsEqualFiniteDifferences()
    {
        Tensor noise = Normal(3, 2), weights = Normal(2, 5), x = rand([3, 5], float64, generator: _random);
        foreach (var likelihood in new ILikelihood[] { new Bernoulli(), new Gaussian(0.5) })
        {
            GradientCheck.Run(
                v => VaeLoss.NegativeElbo(likelihood.LogProb(x, (v[0] + exp(0.5 * v[1]) * noise).mm(weights)), v[0], v[1]).Total,
                [Normal(3, 2), Normal(3, 2)]);
        }
    }
}
