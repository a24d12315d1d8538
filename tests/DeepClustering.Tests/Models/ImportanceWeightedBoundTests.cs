using DeepClustering.Likelihoods;
using DeepClustering.Models;
using DeepClustering.Networks;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Models;

public sealed class ImportanceWeightedBoundTests
{
    private static readonly MultilayerPerceptron _toy = new() { InputSize = 4, HiddenWidths = [6], LatentSize = 2 };

    /// <summary>A toy whose posterior is not its q: the decoder's initial weights, three times as large.</summary>
    private static T Widened<T>(T model) where T : LatentModel
    {
        using var guard = no_grad();
        foreach (var (_, parameter) in model.named_parameters().Where(parameter => parameter.name.StartsWith("decoder", StringComparison.Ordinal)))
        {
            parameter.mul_(3);
        }
        return model;
    }

    private static Vade ToyVade()
    {
        using var scope = NewDisposeScope();
        var vade = Widened(new Vade(3, _toy, seed: 2));
        vade.encoder.ResetLogVariance(0);     // wide enough for every component: few draws that weigh much would bias the bound
        vade.Prior.Set(tensor(new[] { 0.5f, 0.2f, 0.3f }), tensor(new[,] { { 1f, 0 }, { -0.5f, 0.75f }, { 0, -1 } }), tensor(new[,] { { 0.15f, 0.3f }, { 0.2f, 0.1f }, { 0.3f, 0.15f } }));
        return vade;
    }

    /// <summary>log ∫ p(x|z) p(z) dz by the trapezoidal rule, averaged over the observations, float64.</summary>
    private static double Integrated(LatentModel model, Tensor x, Func<Tensor, Tensor> logPrior)
    {
        using var scope = NewDisposeScope();
        const double step = 0.08;
        var axis = arange(-150, 151, dtype: float64) * step;                                      // −12 to 12
        var z = cartesian_prod([axis, axis]);
        var intensities = model.Decode(z.to(float32)).to(float64).clamp(1e-12, 1 - 1e-12);
        var logs = x.to(float64).mm(log(intensities).t()) + (1 - x.to(float64)).mm(log(1 - intensities).t());   // (N, grid)
        return ((logs + logPrior(z)).logsumexp(1) + 2 * Math.Log(step)).mean().item<double>();
    }

    private static Tensor Observations()
    {
        using var random = new Generator(5);
        return rand([40, 4], generator: random).round();
    }

    private static double Check(LatentModel model, Func<Tensor, Tensor> logPrior)
    {
        using var scope = NewDisposeScope();
        var x = Observations();
        double exact = Integrated(model, x, logPrior);
        var bounds = ImportanceWeightedBound.Of(model, x, [1, 10, 100, 4000], seed: 3);
        Assert.Equal([1, 10, 100, 4000], bounds.Select(bound => bound.Draws));
        Assert.Equal(exact, bounds[3].Mean, 0.02);
        double[] gaps = [.. bounds.Select(bound => exact - bound.Mean)];
        Assert.True(gaps[0] > 1.5 * gaps[1] && gaps[1] > 1.5 * gaps[2] && gaps[2] > gaps[3], string.Join(", ", gaps));
        return exact;
    }

    [Fact]
    public void ManyDrawsComeToTheIntegralOfAVae()
    {
        using var vae = Widened(new Vae(_toy, seed: 1));
        Check(vae, z => -0.5 * (z.square() + Math.Log(2 * Math.PI)).sum(1));
    }

    [Fact]
    public void ManyDrawsComeToTheIntegralOfAVade()
    {
        using var vade = ToyVade();
        double[] weights = [0.5, 0.2, 0.3], x = [1, -0.5, 0], y = [0, 0.75, -1], varianceX = [0.15, 0.2, 0.3], varianceY = [0.3, 0.1, 0.15];
        Check(vade, z => log(Enumerable.Range(0, 3).Select(c =>
            weights[c] / (2 * Math.PI * Math.Sqrt(varianceX[c] * varianceY[c]))
            * exp(-0.5 * ((z.select(1, 0) - x[c]).square() / varianceX[c] + (z.select(1, 1) - y[c]).square() / varianceY[c]))).Aggregate((a, b) => a + b)));
    }

    [Fact]
    public void OneDrawIsTheElbo()
    {
        using var scope = NewDisposeScope();
        using var vae = new Vae(_toy, seed: 1);
        var x = Observations();
        var repeated = x.repeat(1000, 1);
        double elbo = -vae.Loss(repeated).Total.item<float>();
        Assert.Equal(elbo, ImportanceWeightedBound.Of(vae, repeated, [1], seed: 7)[0].Mean, 0.03);
        Assert.Equal(elbo, ImportanceWeightedBound.Of(vae, x, [1, 1000], seed: 7)[0].Mean, 0.03);  // of as many draws for each
    }

    [Fact]
    public void BytesAndSeedsCountAndTheModelsRandomNumbersStay()
    {
        using var scope = NewDisposeScope();
        using var vade = ToyVade();
        var x = Observations();
        var first = ImportanceWeightedBound.Of(vade, x, [10], seed: 1);
        using (var sample = vade.Sample(2))
        {
            Assert.Equal(first, ImportanceWeightedBound.Of(vade, (x * 255).to(uint8), [10], seed: 1));
        }
        Assert.NotEqual(first, ImportanceWeightedBound.Of(vade, x, [10], seed: 2));
        using Vade one = ToyVade(), other = ToyVade();
        ImportanceWeightedBound.Of(one, x, [10]);
        Assert.Equal(other.Sample(3).data<float>().ToArray(), one.Sample(3).data<float>().ToArray());
    }

    [Fact]
    public void TakesOtherLikelihoods()
    {
        using var scope = NewDisposeScope();
        using var vae = new Vae(_toy, new HeteroscedasticGaussian());
        var bounds = ImportanceWeightedBound.Of(vae, Observations(), [1, 50]);
        Assert.All(bounds, bound => Assert.True(double.IsFinite(bound.Mean)));
        Assert.True(bounds[1].Mean > bounds[0].Mean);
    }

    [Fact]
    public void AsksForADensityDrawsAndObservations()
    {
        using var scope = NewDisposeScope();
        using var autoencoder = new Autoencoder(_toy);
        using var vae = new Vae(_toy);
        Assert.Contains("no density", Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Of(autoencoder, Observations())).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ImportanceWeightedBound.Of(vae, Observations(), [0, 5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ImportanceWeightedBound.Of(vae, Observations(), []));
        Assert.Throws<ArgumentException>(() => ImportanceWeightedBound.Of(vae, rand(3, 5)));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => ImportanceWeightedBound.Of(vae, Observations(), cancellation: cancelled.Token));
    }
}
