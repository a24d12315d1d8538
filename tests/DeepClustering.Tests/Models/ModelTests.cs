using DeepClustering.Models;
using DeepClustering.Networks;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Models;

public sealed class ModelTests : IDisposable
{
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 12, HiddenWidths = [8, 6], LatentSize = 3 };
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void DefaultArchitectureIsThePapers()
    {
        using var vae = new Vae(new MultilayerPerceptron { InputSize = 784 });
        Assert.Equal("784-500-500-2000-10", vae.Architecture.ToString());
        long[] weights = [.. vae.parameters().Where(p => p.dim() == 2).Select(p => p.numel())];
        Assert.Equal([784 * 500, 500 * 500, 500 * 2000, 2000 * 10, 2000 * 10, 10 * 2000, 2000 * 500, 500 * 500, 500 * 784], weights);
    }

    [Fact]
    public void SamplingHasTheMomentsOfItsArguments()
    {
        using var random = new Generator(3);
        using var sampling = new Sampling(random);
        var z = sampling.forward(full([200_000, 1], 2.0), full([200_000, 1], Math.Log(9.0)));
        Assert.Equal(2, z.mean().item<float>(), 0.05);
        Assert.Equal(3, z.std().item<float>(), 0.05);
    }

    [Fact]
    public void SameSeedSameModelOtherSeedAnother()
    {
        using Vae a = new(_small, seed: 5), b = new(_small, seed: 5), c = new(_small, seed: 6);
        Assert.True(a.Sample(4).equal(b.Sample(4)).all().item<bool>());
        Assert.False(a.Sample(4).allclose(c.Sample(4)));
    }

    [Fact]
    public void BytesAndIntensitiesEncodeAlike()
    {
        using var vae = new Vae(_small);
        var bytes = randint(0, 256, [1500, 12]).to_type(ScalarType.Byte);
        Assert.True(vae.Encode(bytes).allclose(vae.Encode(bytes.to_type(ScalarType.Float32) / 255)));
        Assert.Equal([1500L, 3L], vae.Encode(bytes).shape);
    }

    [Fact]
    public void ObservationsOfAWrongScaleOrTypeAreRefusedOrConverted()
    {
        using var vade = new Vade(3, _small);
        var bytes = randint(0, 256, [20, 12]).to_type(ScalarType.Byte);
        void Refused(Tensor x, string found) => Assert.All(
            new Action[] { () => vade.Predict(x), () => vade.Encode(x), () => vade.Responsibilities(x), () => vade.Posterior(x), () => vade.Reconstruct(x) },
            use => Assert.Contains(found, Assert.Throws<ArgumentException>(nameof(x), use).Message, StringComparison.Ordinal));
        Refused(full(20, 12, 255f), "found 255 to 255: if these are bytes, give them as uint8");
        Refused(bytes.to_type(ScalarType.Int64), "found Int64");
        Refused(full(20, 12, -1.2f), "scale them to that range");
        Refused(full(20, 12, float.NaN), "found NaN or infinity");
        Refused(zeros(20, 11), "(N, 12), found (20, 11)");
        Assert.Equal(vade.Predict(bytes), vade.Predict(bytes.to_type(ScalarType.Float64) / 255));
        // standardised values are what a Gaussian of real values is for, and bytes are counts where counts are asked for
        using var real = new Vade(3, _small, new DeepClustering.Likelihoods.Gaussian(1) { Support = DeepClustering.Likelihoods.Support.Real });
        Assert.Equal(20, real.Predict(randn(20, 12)).Length);
        using var counts = new Vade(3, _small, new DeepClustering.Likelihoods.Poisson());
        Assert.Equal(counts.Predict(bytes.to_type(ScalarType.Float32)), counts.Predict(bytes));
    }

    [Fact]
    public void NoRowsAreSaidToBeNone()
    {
        using var vade = new Vade(2, _small);
        using Tensor none = zeros(0, 12), nothing = zeros(0, 12, ScalarType.Byte);
        void Refused(Action use) => Assert.Contains("expected at least one row, found (0, ", Assert.Throws<ArgumentException>(use).Message);
        Refused(() => vade.Encode(none));
        Refused(() => vade.Predict(nothing));
        Refused(() => vade.Posterior(none));
        Refused(() => vade.Responsibilities(none));
        Refused(() => vade.Reconstruct(nothing));
        Refused(() => vade.Decode(zeros(0, 3)));
    }

    [Fact]
    public void VadeStartsFromTheAutoencoderItIsGiven()
    {
        using var autoencoder = new Autoencoder(_small, seed: 1);
        using var vade = new Vade(4, _small, seed: 2);
        var x = rand(7, 12);
        Assert.False(vade.Reconstruct(x).allclose(autoencoder.Reconstruct(x)));
        vade.StartFrom(autoencoder);
        Assert.True(vade.Reconstruct(x).allclose(autoencoder.Reconstruct(x)));
        Assert.Throws<ArgumentException>(() => vade.StartFrom(new Autoencoder(_small with { LatentSize = 4 })));
    }

    [Fact]
    public void ResponsibilitiesAreOfTheMixtureThatWasSet()
    {
        using var vade = new Vade(2, _small);
        var x = rand(50, 12);
        var z = vade.Encode(x);
        // one component on the first digit's code, one on the second's
        vade.Prior.Set(tensor([0.5f, 0.5f]), stack([z[0], z[1]]), full([2, 3], 1e-4f));
        Assert.Equal([0, 1], vade.Predict(x.narrow(0, 0, 2)));
        Assert.True(vade.Responsibilities(x).sum(1).allclose(ones(50)));
        Assert.Throws<ArgumentException>(() => vade.Prior.Set(ones(3), ones(2, 3), ones(2, 3)));
    }

    [Fact]
    public void PosteriorIsOfTheEncoder()
    {
        using var vade = new Vade(2, _small);
        var x = rand(1500, 12);
        var (mean, logVariance) = vade.Posterior(x);
        Assert.Equal([1500L, 3L], logVariance.shape);
        Assert.True(mean.allclose(vade.Encode(x), atol: 1e-6));
        Assert.False(mean.requires_grad || logVariance.requires_grad);
        // the one variance that is known beforehand
        using var autoencoder = new Autoencoder(_small, seed: 1);
        vade.StartFrom(autoencoder, variance: 0.25);
        Assert.True(vade.Posterior(x).LogVariance.allclose(full([1500, 3], Math.Log(0.25))));
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        (mean, logVariance) = vade.Posterior(x);
        mean.Dispose();
        logVariance.Dispose();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void ComponentSamplesDecodeDrawsOfThatComponent()
    {
        using var vade = new Vade(2, _small);
        vade.Prior.Set(tensor([0.5f, 0.5f]), tensor([-5f, -5f, -5f, 5f, 5f, 5f]).reshape(2, 3), full([2, 3], 1e-12f));
        Assert.True(vade.SampleComponent(1, 6).allclose(vade.Decode(full([6, 3], 5f)), atol: 1e-4));
        Assert.Throws<ArgumentOutOfRangeException>(() => vade.SampleComponent(2, 1));
        // π decides how often each is drawn
        vade.Prior.Set(tensor([0.9f, 0.1f]), vade.Prior.Means, full([2, 3], 1e-12f));
        var first = vade.Decode(full([1, 3], -5f));
        double share = (vade.Sample(4000) - first).abs().amax(1).lt(1e-3).to_type(ScalarType.Float32).mean().item<float>();
        Assert.Equal(0.9, share, 0.02);
    }

    [Fact]
    public void AnExperimentCanChangeTheStepsOfTheLoss()
    {
        var x = rand([5, 12], generator: new Generator(1));
        using Vade plain = new(2, _small), other = new Experiment();
        Assert.Equal(plain.state_dict().Keys.Order(), other.state_dict().Keys.Order());
        other.load_state_dict(plain.state_dict());
        double Part(Vade vade, string name) => vade.Loss(x).Parts.Single(part => part.Name == name).Value.item<float>();
        // γ is the first component's alone, whatever π: KL(c) = −log π_0.
        Assert.Equal(Math.Log(2), Part(other, "KL(c)"), 1e-5);
        // z is the mean, so that the loss has no noise.
        Assert.Equal(Part(other, "reconstruction"), Part(other, "reconstruction"));
        Assert.NotEqual(Part(plain, "reconstruction"), Part(plain, "reconstruction"));
    }

    private sealed class Experiment() : Vade(2, _small)
    {
        protected override Tensor Draw(Tensor mean, Tensor logVariance) => mean.alias();

        protected override Tensor LogResponsibilities(Tensor z, Tensor mean, Tensor logVariance) => tensor([0f, -100f]).expand(z.shape[0], 2);
    }
}
