using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Mixtures;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Losses;

/// <summary>The loss against what it stands for: Monte Carlo, finite differences, the evidence, and far latents.</summary>
public sealed class VadeLossTests : IDisposable
{
    private const int B = 3, K = 4, D = 2;
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _random = new(7);

    public void Dispose()
    {
        _scope.Dispose();
        _random.Dispose();
    }

    private Tensor Normal(params long[] shape) => randn(shape, float64, generator: _random);

    private Tensor LogSimplex(params long[] shape) => nn.functional.log_softmax(Normal(shape), -1);

    /// <summary>log N(z; μ, σ²) summed over dimensions, written out here independently of the library.</summary>
    private static Tensor LogNormal(Tensor z, Tensor mean, Tensor logVariance) =>
        (-0.5 * (Math.Log(2 * Math.PI) + logVariance + (z - mean).square() / exp(logVariance))).sum(-1);

    [Fact]
    public void DivergencesEqualMonteCarloExpectation()
    {
        const int Draws = 400_000;
        Tensor mean = Normal(B, D), logVariance = Normal(B, D), logGamma = LogSimplex(B, K);
        Tensor logPi = LogSimplex(K), means = Normal(K, D), logVariances = 0.5 * Normal(K, D);

        var closed = VadeLoss.NegativeElbo(zeros(B, dtype: float64), mean, logVariance, logGamma, logPi, means, logVariances);

        // E_q[log q(z|x) + log q(c|x) − log p(z|c) − log p(c)], the part of eq. 12 that does not hold x
        var z = mean + exp(0.5 * logVariance) * Normal(Draws, B, D);                               // (S, B, D)
        var logQz = LogNormal(z, mean, logVariance).unsqueeze(-1);                                 // (S, B, 1)
        var logPz = LogNormal(z.unsqueeze(-2), means, logVariances);                               // (S, B, K)
        var perDraw = (exp(logGamma) * (logQz + logGamma - logPz - logPi)).sum(-1).mean([1]);      // (S)
        double expected = perDraw.mean().item<double>();
        double error = perDraw.std().item<double>() / Math.Sqrt(Draws);

        Assert.InRange(closed.Total.item<double>(), expected - 5 * error, expected + 5 * error);
        Assert.True(error < 0.01 * Math.Abs(expected), "the estimate is too coarse to prove anything");
    }

    [Fact]
    public void TermsEqualThePaperWrittenOut()
    {
        Tensor mean = Normal(B, D), logVariance = Normal(B, D), logGamma = LogSimplex(B, K);
        Tensor logPi = LogSimplex(K), means = Normal(K, D), logVariances = Normal(K, D), logLikelihood = Normal(B);
        var loss = VadeLoss.NegativeElbo(logLikelihood, mean, logVariance, logGamma, logPi, means, logVariances);

        double sum = 0;
        for (int b = 0; b < B; b++)
        {
            double elbo = logLikelihood[b].item<double>();
            for (int c = 0; c < K; c++)
            {
                double gamma = Math.Exp(logGamma[b, c].item<double>());
                for (int j = 0; j < D; j++)
                {
                    double variance = Math.Exp(logVariances[c, j].item<double>());
                    double difference = mean[b, j].item<double>() - means[c, j].item<double>();
                    elbo -= 0.5 * gamma * (Math.Log(variance) + Math.Exp(logVariance[b, j].item<double>()) / variance + difference * difference / variance);
                }
                elbo += gamma * (logPi[c].item<double>() - Math.Log(gamma));
            }
            for (int j = 0; j < D; j++)
            {
                elbo += 0.5 * (1 + logVariance[b, j].item<double>());
            }
            sum -= elbo;
        }
        Assert.Equal(sum / B, loss.Total.item<double>(), 1e-12 * Math.Abs(sum));
        Assert.Equal(["reconstruction", "KL(z|c)", "KL(c)"], loss.Parts.Select(part => part.Name));
        Assert.Equal(loss.Total.item<double>(), loss.Parts.Sum(part => part.Value.item<double>()), 5e-13);
    }

    [Fact]
    public void GradientsEqualFiniteDifferences()
    {
        // Everything that is learned, with γ a function of z as in training, and z of μ and σ².
        Tensor noise = Normal(B, D), weights = Normal(D, 5), x = rand([B, 5], float64, generator: _random);
        Tensor[] variables = [Normal(B, D), Normal(B, D), Normal(K), Normal(K, D), Normal(K, D)];
        Tensor Total(Tensor[] v)
        {
            var (mean, logVariance, logits, means, logVariances) = (v[0], v[1], v[2], v[3], v[4]);
            var z = mean + exp(0.5 * logVariance) * noise;
            var logPi = nn.functional.log_softmax(logits, 0);
            var logGamma = nn.functional.log_softmax(logPi + DiagonalGaussians.LogDensities(z, means, logVariances), 1);
            var logLikelihood = new Bernoulli().LogProb(x, z.mm(weights));
            return VadeLoss.NegativeElbo(logLikelihood, mean, logVariance, logGamma, logPi, means, logVariances).Total;
        }

        GradientCheck.Run(Total, variables);
    }

    [Fact]
    public void NeverAboveTheEvidence()
    {
        // A two-dimensional latent space whose evidence p(x) = Σ_c π_c ∫ N(z; μ_c, σ²_c) p(x|z) dz is summed on a grid.
        const int Draws = 20_000;
        Tensor weights = Normal(D, 6), x = rand([1, 6], float64, generator: _random).round();
        Tensor logPi = LogSimplex(K), means = Normal(K, D), logVariances = 0.5 * Normal(K, D);
        var likelihood = new Bernoulli();

        var axis = linspace(-12, 12, 601, float64);
        var grid = stack([axis.repeat_interleave(601), axis.repeat(601)], 1);
        var joint = logsumexp(logPi + DiagonalGaussians.LogDensities(grid, means, logVariances), 1)
            + likelihood.LogProb(x.expand(grid.shape[0], -1), grid.mm(weights));
        double evidence = logsumexp(joint, 0).item<double>() + 2 * Math.Log(24.0 / 600);

        double best = double.NegativeInfinity;
        for (int trial = 0; trial < 20; trial++)
        {
            Tensor mean = Normal(1, D), logVariance = Normal(1, D) - 1;
            var z = mean + exp(0.5 * logVariance) * Normal(Draws, D);
            var logGamma = nn.functional.log_softmax(logPi + DiagonalGaussians.LogDensities(z, means, logVariances), 1);
            var logLikelihood = likelihood.LogProb(x.expand(Draws, -1), z.mm(weights));
            var loss = VadeLoss.NegativeElbo(
                logLikelihood, mean.expand(Draws, -1), logVariance.expand(Draws, -1), logGamma, logPi, means, logVariances);
            double error = logLikelihood.std().item<double>() / Math.Sqrt(Draws);
            double bound = -loss.Total.item<double>();
            Assert.True(bound <= evidence + 5 * error, $"trial {trial}: bound {bound} above log p(x) = {evidence}");
            best = Math.Max(best, bound);
        }
        Assert.True(best > evidence - 5, $"no trial came near log p(x) = {evidence}: best bound {best}");
    }

    [Fact]
    public void FarLatentsStayFinite()
    {
        // 50 standard deviations from every component in ten dimensions: densities of e^-12500
        Tensor means = zeros(K, 10), logVariances = zeros(K, 10).requires_grad_();
        Tensor z = full([B, 10], 50f).requires_grad_(), logPi = full([K], (float)-Math.Log(K));
        var logGamma = nn.functional.log_softmax(logPi + DiagonalGaussians.LogDensities(z, means, logVariances), 1);
        var loss = VadeLoss.NegativeElbo(zeros(B), z, zeros(B, 10), logGamma, logPi, means, logVariances);
        loss.Total.backward();

        Assert.Equal(0.5 * 10 * 2500, loss.Total.item<float>(), 1.0);
        Assert.All(exp(logGamma).data<float>().ToArray(), gamma => Assert.Equal(1f / K, gamma, 1e-5f));
        Assert.True(isfinite(z.grad!).all().item<bool>());
        Assert.True(isfinite(logVariances.grad!).all().item<bool>());
    }
}
