using DeepClustering.Mixtures;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

public sealed class DiagonalGaussiansTests
{
    [Fact]
    public void StandardNormalInClosedForm()
    {
        using var scope = NewDisposeScope();
        var densities = DiagonalGaussians.LogDensities(tensor(new[] { 0.0, 3.0 }).reshape(2, 1), zeros(1, 1, float64), zeros(1, 1, float64));
        double atMean = -0.5 * Math.Log(2 * Math.PI);
        Assert.Equal([2, 1], densities.shape);
        Near.Equal([atMean, atMean - 4.5], densities, 1e-15);
    }

    // scipy.stats.multivariate_normal.logpdf; the third lies 10⁵ standard deviations away.
    [Fact]
    public void EqualsScipyNearAndFar()
    {
        using var scope = NewDisposeScope();
        foreach (var reference in References.Root.GetProperty("densities").EnumerateArray())
        {
            Tensor Row(string name) => tensor(References.Values(reference.GetProperty(name))).unsqueeze(0);
            var density = DiagonalGaussians.LogDensities(Row("point"), Row("mean"), Row("variance").log());
            Near.Equal([reference.GetProperty("logDensity").GetDouble()], density, 1e-13);
        }
    }

    [Fact]
    public void EachPointMeetsEachComponent()
    {
        using var scope = NewDisposeScope();
        var z = randn(4, 3, float64, generator: new Generator(1));
        var means = randn(2, 3, float64, generator: new Generator(2));
        var logVariances = randn(2, 3, float64, generator: new Generator(3));
        var all = DiagonalGaussians.LogDensities(z, means, logVariances);
        Assert.Equal([4, 2], all.shape);
        for (int n = 0; n < 4; n++)
        {
            for (int k = 0; k < 2; k++)
            {
                var one = DiagonalGaussians.LogDensities(z[n].unsqueeze(0), means[k].unsqueeze(0), logVariances[k].unsqueeze(0));
                Near.Equal([one.item<double>()], all[n, k], 1e-14);
            }
        }
    }

    [Fact]
    public void GradientsEqualFiniteDifferences()
    {
        using var scope = NewDisposeScope();
        Tensor[] arguments =
        [
            randn(5, 3, float64, generator: new Generator(4)),
            randn(2, 3, float64, generator: new Generator(5)),
            randn(2, 3, float64, generator: new Generator(6)),
        ];
        // Uneven weights, so that no two entries' gradients can be mistaken for each other.
        var upstream = randn(5, 2, float64, generator: new Generator(7));
        double Value() => (DiagonalGaussians.LogDensities(arguments[0], arguments[1], arguments[2]) * upstream).sum().item<double>();
        var leaves = arguments.Select(argument => argument.clone().requires_grad_()).ToArray();
        (DiagonalGaussians.LogDensities(leaves[0], leaves[1], leaves[2]) * upstream).sum().backward();
        for (int argument = 0; argument < 3; argument++)
        {
            var flat = arguments[argument].flatten();
            var gradient = leaves[argument].grad!.flatten();
            for (long i = 0; i < flat.shape[0]; i++)
            {
                const double Step = 1e-5;
                double centre = flat[i].item<double>();
                flat[i] = tensor(centre + Step);
                double above = Value();
                flat[i] = tensor(centre - Step);
                double below = Value();
                flat[i] = tensor(centre);
                Near.Equal((above - below) / (2 * Step), gradient[i].item<double>(), 1e-7);
            }
        }
    }

    [Fact]
    public void FarPointsStayFiniteInSinglePrecision()
    {
        using var scope = NewDisposeScope();
        var z = tensor(new[] { 1e6f, -1e6f }).reshape(1, 2).requires_grad_();
        var density = DiagonalGaussians.LogDensities(z, zeros(1, 2), full(1, 2, -10f));
        density.sum().backward();
        Assert.True(density.isfinite().all().item<bool>());
        Assert.True(z.grad!.isfinite().all().item<bool>());
        // −½ · 2 · (10⁶)² e¹⁰
        Near.Equal([-1e12 * Math.Exp(10)], density, 1e-6);
    }

    [Fact]
    public void ExpectedDensitiesEqualMonteCarlo()
    {
        using var scope = NewDisposeScope();
        const int Draws = 400_000, N = 3;
        using var random = new Generator(8);
        Tensor Normal(params long[] shape) => randn(shape, float64, generator: random);
        Tensor mean = Normal(N, 2), logVariance = Normal(N, 2), means = Normal(4, 2), logVariances = 0.5 * Normal(4, 2);
        var closed = DiagonalGaussians.ExpectedLogDensities(mean, logVariance, means, logVariances);
        Assert.Equal([N, 4], closed.shape);
        for (int n = 0; n < N; n++)
        {
            var z = mean[n] + exp(0.5 * logVariance[n]) * Normal(Draws, 2);
            var perDraw = DiagonalGaussians.LogDensities(z, means, logVariances);                  // (S, K)
            var error = perDraw.std(0L) / Math.Sqrt(Draws);
            Assert.True((closed[n] - perDraw.mean([0])).abs().lt(5 * error).all().item<bool>());
            Assert.True(error.lt(0.01 * closed[n].abs()).all().item<bool>(), "the estimate is too coarse to prove anything");
        }
    }

    [Fact]
    public void ExpectedDensityOfAGaussianUnderItselfIsItsNegativeEntropy()
    {
        using var scope = NewDisposeScope();
        var means = randn(3, 5, float64, generator: new Generator(9));
        var logVariances = randn(3, 5, float64, generator: new Generator(10));
        var expected = DiagonalGaussians.ExpectedLogDensities(means, logVariances, means, logVariances).diagonal();
        var entropies = 0.5 * (5 * Math.Log(2 * Math.PI * Math.E) + logVariances.sum(-1));
        Near.Equal((-entropies).data<double>().ToArray(), expected, 1e-14);
    }

    [Fact]
    public void DensityIntegratesToOne()
    {
        using var scope = NewDisposeScope();
        const int Steps = 400;
        const double Width = 30;
        var axis = (arange(Steps, float64) + 0.5) * (Width / Steps) - Width / 2;
        var grid = stack([axis.unsqueeze(1).expand(Steps, Steps).flatten(), axis.unsqueeze(0).expand(Steps, Steps).flatten()], 1);
        var means = tensor(new[] { 0.5, -1.0, -0.3, 0.8 }).reshape(2, 2);
        var logVariances = tensor(new[] { 0.4, -0.7, -1.5, 0.9 }).reshape(2, 2);
        var integrals = DiagonalGaussians.LogDensities(grid, means, logVariances).exp().sum(0L) * (Width / Steps * Width / Steps);
        Near.Equal([1, 1], integrals, 1e-9);
    }
}
