using DeepClustering.Likelihoods;
using DeepClustering.Tests.Losses;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Likelihoods;

/// <summary>Densities are held to integrals and sums over all x, means to the same, and each to its formula.</summary>
public sealed class LikelihoodTests : IDisposable
{
    private const int Intervals = 20_000;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(11);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    private Tensor Normal(params long[] shape) => randn(shape, float64, generator: _random);

    /// <summary>∫ p(x) dx and ∫ x p(x) dx of a single feature, by Simpson's rule.</summary>
    private static (double Mass, double Mean) Integrate(ILikelihood likelihood, double[] outputs, double from, double to)
    {
        var x = linspace(from, to, Intervals + 1, float64).unsqueeze(1);
        var density = exp(likelihood.LogProb(x, tensor(outputs, float64).unsqueeze(0).expand(Intervals + 1, outputs.Length)));
        var weights = ones(Intervals + 1, float64);
        weights.slice(0, 1, Intervals, 2).mul_(4);
        weights.slice(0, 2, Intervals, 2).mul_(2);
        double step = (to - from) / Intervals / 3;
        return ((density * weights).sum().item<double>() * step, (density * weights * x.squeeze(1)).sum().item<double>() * step);
    }

    private static double Mean(ILikelihood likelihood, params double[] outputs) => likelihood.Mean(tensor(outputs, float64).unsqueeze(0)).item<double>();

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(-1e-4)]
    [InlineData(0.3)]
    [InlineData(0.4999)]
    [InlineData(0.5001)]
    [InlineData(-2)]
    [InlineData(15)]
    [InlineData(-40)]
    public void TheContinuousBernoulliIsADensityAndItsMeanItsMean(double logit)
    {
        var (mass, mean) = Integrate(new ContinuousBernoulli(), [logit], 0, 1);
        Assert.Equal(1, mass, 5e-9);
        Assert.Equal(mean, Mean(new ContinuousBernoulli(), logit), 5e-9);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.500001)]
    [InlineData(0.4)]
    [InlineData(0.01)]
    [InlineData(0.999)]
    public void TheContinuousBernoulliIsThePapersFormula(double lambda)
    {
        // eq. 8: C(λ) = 2 atanh(1 − 2λ) / (1 − 2λ), 2 at ½; eq. 9: E[x] = λ / (2λ − 1) + 1 / (2 atanh(1 − 2λ))
        double logit = Math.Log(lambda / (1 - lambda)), distance = 1 - 2 * lambda, x = 0.3;
        double constant = lambda == 0.5 ? 2 : 2 * Math.Atanh(distance) / distance;
        double expected = x * Math.Log(lambda) + (1 - x) * Math.Log(1 - lambda) + Math.Log(constant);
        double found = new ContinuousBernoulli().LogProb(tensor([x], float64).unsqueeze(0), tensor([logit], float64).unsqueeze(0)).item<double>();
        Assert.Equal(expected, found, 5e-10);
        if (Math.Abs(distance) > 0.1)
        {
            Assert.Equal(-lambda / distance + 1 / (2 * Math.Atanh(distance)), Mean(new ContinuousBernoulli(), logit), 5e-10);
        }
    }

    [Fact]
    public void InFloat32TheContinuousBernoulliStaysNearItsFloat64Everywhere()
    {
        var logits = cat([linspace(-1, 1, 20_001, float64), linspace(-200, 200, 4001, float64)]).unsqueeze(1).requires_grad_();
        var rough = logits.detach().to(float32).requires_grad_();
        var likelihood = new ContinuousBernoulli();
        var x = full_like(logits, 0.7);
        var (exact, found) = (likelihood.LogProb(x, logits), likelihood.LogProb(x.to(float32), rough));
        Assert.True(found.to(float64).allclose(exact, rtol: 1e-5, atol: 1e-5));
        Assert.True(likelihood.Mean(rough).to(float64).allclose(likelihood.Mean(logits), atol: 1e-5));
        exact.sum().backward();
        found.sum().backward();
        Assert.True(rough.grad!.to(float64).allclose(logits.grad!, atol: 1e-5));
    }

    [Theory]
    [InlineData(-1.2, Support.UnitInterval)]
    [InlineData(0.7, Support.Real)]
    public void GaussiansIntegrateToOneAroundTheirMean(double output, Support support)
    {
        var likelihood = new Gaussian(0.3) { Support = support };
        double expected = support == Support.Real ? output : 1 / (1 + Math.Exp(-output));
        Assert.Equal(expected, Mean(likelihood, output), 5e-13);
        var (mass, mean) = Integrate(likelihood, [output], expected - 4, expected + 4);
        Assert.Equal(1, mass, 5e-10);
        Assert.Equal(expected, mean, 5e-10);
    }

    [Theory]
    [InlineData(0.4, -1, Support.Real)]
    [InlineData(0.4, 1, Support.UnitInterval)]
    [InlineData(-3, -200, Support.Real)]
    public void TheSecondOutputIsTheGaussiansVariance(double output, double logVariance, Support support)
    {
        var likelihood = new HeteroscedasticGaussian(0.05) { Support = support };
        double variance = Math.Exp(logVariance) + 0.0025, expected = support == Support.Real ? output : 1 / (1 + Math.Exp(-output));
        Assert.Equal(expected, Mean(likelihood, output, logVariance), 5e-13);
        double width = 10 * Math.Sqrt(variance);
        var (mass, mean) = Integrate(likelihood, [output, logVariance], expected - width, expected + width);
        Assert.Equal(1, mass, 5e-10);
        Assert.Equal(expected, mean, 5e-10);
        double atMean = likelihood.LogProb(full([1, 1], expected, float64), tensor([output, logVariance], float64).unsqueeze(0)).item<double>();
        Assert.Equal(-0.5 * Math.Log(2 * Math.PI * variance), atMean, 5e-10);
    }

    [Fact]
    public void FirstAllMeansThenAllVariances()
    {
        var likelihood = new HeteroscedasticGaussian(1e-9);
        Tensor x = Normal(4, 3), means = Normal(4, 3), logVariances = Normal(4, 3);
        var expected = (-0.5 * ((x - means).square() / exp(logVariances) + logVariances + Math.Log(2 * Math.PI))).sum(-1);
        Assert.True(likelihood.LogProb(x, cat([means, logVariances], 1)).allclose(expected));
        Assert.True(likelihood.Mean(cat([means, logVariances], 1)).equal(means).all().item<bool>());
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(0.5)]
    [InlineData(4)]
    public void ThePoissonSumsToOneAroundItsRate(double logRate)
    {
        var x = arange(400, float64).unsqueeze(1);
        var probabilities = exp(new Poisson().LogProb(x, full_like(x, logRate)));
        Assert.Equal(1, probabilities.sum().item<double>(), 5e-11);
        Assert.Equal(Math.Exp(logRate), (probabilities * x.squeeze(1)).sum().item<double>(), 5e-9);
        Assert.Equal(Math.Exp(logRate), Mean(new Poisson(), logRate), 5e-13);
    }

    [Fact]
    public void BernoulliEqualsItsFormula()
    {
        Tensor x = rand([3, 5], float64, generator: _random), logits = Normal(3, 5);
        var p = 1 / (1 + exp(-logits));
        Assert.True(allclose((x * log(p) + (1 - x) * log(1 - p)).sum(-1), new Bernoulli().LogProb(x, logits)));
        Assert.True(allclose(p, new Bernoulli().Mean(logits)));
        // finite where probabilities round to 0 and 1
        Assert.Equal(-400f, new Bernoulli().LogProb(tensor([0f, 1f]).reshape(1, 2), tensor([200f, -200f]).reshape(1, 2)).item<float>());
    }

    public static TheoryData<ILikelihood> All => [new Bernoulli(), new ContinuousBernoulli(), new Gaussian(0.5), new Gaussian(2) { Support = Support.Real }, new HeteroscedasticGaussian(), new Poisson()];

    [Theory]
    [MemberData(nameof(All))]
    public void GradientsEqualFiniteDifferences(ILikelihood likelihood)
    {
        var x = likelihood.Support == Support.Count ? randint(0, 9, [3, 4], float64, generator: _random) : rand([3, 4], float64, generator: _random);
        GradientCheck.Run(outputs => likelihood.LogProb(x, outputs[0]).sum(), [Normal(3, 4 * likelihood.OutputsPerFeature)]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void WhatIsOutsideTheSupportIsNamed(ILikelihood likelihood)
    {
        var inside = likelihood.Support == Support.Count ? tensor([0f, 3f, 7f]) : tensor([0f, 0.5f, 1f]);
        likelihood.Support.Require(inside, "it", "x");
        float outside = likelihood.Support switch { Support.UnitInterval => 1.5f, Support.Count => 0.5f, _ => float.PositiveInfinity };
        foreach (float value in new[] { outside, float.NaN })
        {
            string message = Assert.Throws<ArgumentException>("x", () => likelihood.Support.Require(cat([inside, tensor([value])]), "it", "x")).Message;
            Assert.Contains(value is 1.5f or 0.5f ? "found 0 to " : "found NaN or infinity", message, StringComparison.Ordinal);
        }
        Assert.Contains("give them as uint8", Assert.Throws<ArgumentException>(() => Support.UnitInterval.Require(tensor([0f, 255f]), "it", "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEncoderSeesTheLogarithmOfCounts()
    {
        Assert.True(new Poisson().EncoderInput(tensor([0f, 1f, 99f, -2f])).allclose(tensor([0f, MathF.Log(2), MathF.Log(100), 0f])));
        var x = rand(3);
        Assert.Same(x, ((ILikelihood)new Bernoulli()).EncoderInput(x));
    }
}
