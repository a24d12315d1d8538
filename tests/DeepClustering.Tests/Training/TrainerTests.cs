using DeepClustering.Augmentations;
using DeepClustering.Likelihoods;
using DeepClustering.Losses;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 16, Shape = new(1, 4, 4), HiddenWidths = [32], LatentSize = 2 };
    private static readonly TrainingOptions _quick = new() { Epochs = 4, BatchSize = 10, LearningRate = 1e-2 };
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Tensor _digits = TwoPatterns(95);

    public void Dispose() => _scope.Dispose();

    /// <summary>Rows that are bright in their left or in their right half, with noise.</summary>
    private static Tensor TwoPatterns(int count)
    {
        using var random = new Generator(1);
        var pixels = randint(0, 60, [count, 16], generator: random);
        pixels.slice(0, 0, count, 2).slice(1, 0, 8, 1).add_(180);
        pixels.slice(0, 1, count, 2).slice(1, 8, 16, 1).add_(180);
        return pixels.to_type(ScalarType.Byte);
    }

    [Fact]
    public void LossFallsAndPartsAddUp()
    {
        using var vae = new Vae(_small);
        using var trainer = new Trainer(vae, _digits, _quick with { Epochs = 15 });
        Epoch[] epochs = [.. trainer.Fit()];
        Assert.Equal(Enumerable.Range(1, 15), epochs.Select(epoch => epoch.Number));
        Assert.True(epochs[^1].Loss < 0.9 * epochs[0].Loss, $"{epochs[0]} … {epochs[^1]}");
        Assert.All(epochs, epoch => Assert.Equal(epoch.Loss, epoch.Parts.Values.Sum(), 5e-10));
        Assert.Equal(["reconstruction", "KL(z)"], epochs[0].Parts.Keys);
    }

    [Fact]
    public void EpochMeansWeighTheLastShortBatchByItsSize()
    {
        using var autoencoder = new Autoencoder(_small);
        // A step this small leaves the weights as they are, so the epoch's mean is the loss of all digits.
        double all = autoencoder.Loss(LatentModel.Intensities(_digits)).Total.item<float>();
        using var trainer = new Trainer(autoencoder, _digits, _quick with { LearningRate = 1e-12 });
        Assert.Equal(all, trainer.Fit().First().Loss, 1e-4);
    }

    [Fact]
    public void SameSeedSameWeightsOtherSeedOthers()
    {
        float[] Trained(long seed)
        {
            using var scope = NewDisposeScope();
            using var vae = new Vae(_small, seed: seed);
            using var trainer = new Trainer(vae, _digits, _quick with { Seed = seed });
            Assert.Equal(4, trainer.Fit().Count());
            return [.. vae.parameters().SelectMany(p => p.data<float>().ToArray())];
        }
        Assert.Equal(Trained(1), Trained(1));
        Assert.NotEqual(Trained(1), Trained(2));
    }

    [Fact]
    public void TheCallerDrivesAndMayGoOn()
    {
        using Vae stopped = new(_small), straight = new(_small);
        using Trainer a = new(stopped, _digits, _quick), b = new(straight, _digits, _quick);
        foreach (var epoch in a.Fit())
        {
            if (epoch.Number == 2)
            {
                break;
            }
        }
        Assert.Equal(2, a.History.Count);
        Assert.Equal([3, 4], a.Fit().Select(epoch => epoch.Number));
        Assert.Equal(4, b.Fit().Count());
        Assert.Equal(b.History.Select(epoch => epoch.Loss), a.History.Select(epoch => epoch.Loss));
        Assert.Empty(a.Fit());
    }

    [Fact]
    public void AccuracyIsMonitoredOnlyForVadeWithLabels()
    {
        int[] labels = [.. Enumerable.Range(0, 95).Select(i => i % 2)];
        using var vade = new Vade(2, _small);
        using var monitored = new Trainer(vade, _digits, _quick, labels);
        foreach (var epoch in monitored.Fit())
        {
            Assert.Equal(ClusteringAccuracy.Score(labels, vade.Predict(_digits)).Accuracy, epoch.Accuracy);
        }
        using var vae = new Vae(_small);
        using var other = new Trainer(vae, _digits, _quick, labels);
        Assert.All(other.Fit(), epoch => Assert.Null(epoch.Accuracy));
    }

    [Fact]
    public void DiagnosticsAreThoseOfTheVadeAfterTheEpochWithLabelsOrWithout()
    {
        int[] labels = [.. Enumerable.Range(0, 95).Select(i => i % 2)];
        foreach (int[]? given in new[] { null, labels })
        {
            using var vade = new Vade(3, _small);
            using var trainer = new Trainer(vade, _digits, _quick, given);
            foreach (var epoch in trainer.Fit())
            {
                var expected = ClusterDiagnostics.Of(vade.Responsibilities(_digits));
                Assert.Equal(expected.Occupancy, epoch.Diagnostics!.Occupancy);
                Assert.Equal(expected.ToString(), epoch.Diagnostics.ToString());
                Assert.Equal(given is null ? null : ClusteringAccuracy.Score(labels, vade.Predict(_digits)).Accuracy, epoch.Accuracy);
            }
        }
        using var vae = new Vae(_small);
        using var other = new Trainer(vae, _digits, _quick);
        Assert.All(other.Fit(), epoch => Assert.Null(epoch.Diagnostics));
    }

    [Fact]
    public void MonitoringTakesNoPartInTheTraining()
    {
        // If a look at the clustering drew from the model's noise, a second look would change what comes after.
        float[] Trained(Action<Vade> between)
        {
            using var scope = NewDisposeScope();
            using var vade = new Vade(3, _small);
            using var trainer = new Trainer(vade, _digits, _quick);
            foreach (var _ in trainer.Fit())
            {
                between(vade);
            }
            return [.. vade.parameters().SelectMany(p => p.data<float>().ToArray())];
        }
        Assert.Equal(Trained(_ => { }), Trained(vade => ClusterDiagnostics.Of(vade.Responsibilities(_digits))));
    }

    [Fact]
    public void CancellationStopsBetweenSteps()
    {
        using var vae = new Vae(_small);
        using var trainer = new Trainer(vae, _digits, _quick);
        using var cancelled = new CancellationTokenSource();
        Assert.Single(trainer.Fit(cancelled.Token).Take(1));
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => trainer.Fit(cancelled.Token).Count());
        Assert.Single(trainer.History);
    }

    [Fact]
    public void ALossThatIsNotANumberStopsWithItsPlace()
    {
        using var vae = new Vae(_small);
        using var trainer = new Trainer(vae, _digits, _quick with { LearningRate = 1e30 });
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Fit().Count());
        Assert.Matches(@"Vae's loss part ""\S+"" became (NaN|-?∞|-?Infinity) in epoch 1, step \d+ of 10", error.Message);
    }

    [Fact]
    public void WeightsSpoiltByTheLastStepOfAnEpochStopItToo()
    {
        using var vade = new Vade(2, _small);
        using var trainer = new Trainer(vade, _digits, _quick with { BatchSize = 95, LearningRate = 1e30 });
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Fit().Count());
        Assert.Contains("Vade's responsibilities became NaN after the last step of epoch 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(trainer.History);
    }

    [Fact]
    public void BadArgumentsAreNamed()
    {
        using var vae = new Vae(_small);
        Assert.Contains("(N, 16)", Assert.Throws<ArgumentException>(() => new Trainer(vae, zeros(4, 15, ScalarType.Byte), _quick)).Message);
        Assert.Contains("Int64", Assert.Throws<ArgumentException>(() => new Trainer(vae, zeros(4, 16, ScalarType.Int64), _quick)).Message);
        Assert.Contains("found 0 to 255", Assert.Throws<ArgumentException>(() => new Trainer(vae, cat([zeros(1, 16), full(1, 16, 255f)]), _quick)).Message);
        Assert.Contains("Bernoulli is of values in [0, 1]", Assert.Throws<ArgumentException>(() => new Trainer(vae, full(4, 16, -1.5f), _quick)).Message);
        Assert.Contains("95 labels", Assert.Throws<ArgumentException>(() => new Trainer(vae, _digits, _quick, [1, 2])).Message);
        Assert.Throws<ArgumentOutOfRangeException>("BatchSize", () => _quick with { BatchSize = 0 });
        foreach (double never in new[] { 0, -1, double.NaN, -double.NaN, double.PositiveInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>("LearningRate", () => _quick with { LearningRate = never });
            Assert.Throws<ArgumentOutOfRangeException>("FinalLearningRate", () => _quick with { FinalLearningRate = never });
            Assert.Throws<ArgumentOutOfRangeException>("PriorLearningRate", () => _quick with { PriorLearningRate = never });
        }
        foreach (double never in new[] { -1e-9, 1, double.NaN, -double.NaN, double.NegativeInfinity })
        {
            Assert.Throws<ArgumentOutOfRangeException>("InputDropout", () => _quick with { InputDropout = never });
            Assert.Throws<ArgumentOutOfRangeException>("Scale", () => new Affine { Scale = never });
        }
    }

    [Fact]
    public void NeitherTrainingNorMonitoringPilesUpTensors()
    {
        void Train(LatentModel model, IReadOnlyList<int>? labels)
        {
            using var trainer = new Trainer(model, _digits, _quick with { Epochs = 6 }, labels);
            using var epochs = trainer.Fit().GetEnumerator();
            Assert.True(epochs.MoveNext());
            Assert.True(epochs.MoveNext());
            long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            while (epochs.MoveNext())
            {
            }
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        using Vae vae = new(_small);
        using Vade vade = new(2, _small);
        Train(vae, null);
        Train(vade, new int[95]);
    }

    [Fact]
    public void WarmUpAddsItsPartsAndPullsDistortedDigitsTogether()
    {
        // λ large beside the ELBO of 16 pixels; shifts by up to a column leave the halves what they are.
        var warmUp = new SelfAugmentation { Weight = 200, Augmentation = new Affine { Shift = 0.5 } };
        using var vade = new Vade(2, _small);
        using var trainer = new Trainer(vade, _digits, _quick with { Epochs = 30, SelfAugmentation = warmUp });
        Epoch[] epochs = [.. trainer.Fit()];
        Assert.Equal(["reconstruction", "KL(z|c)", "KL(c)", "consistency", "information"], epochs[0].Parts.Keys);
        Assert.True(epochs[^1].Parts["consistency"] < 0.2 * epochs[0].Parts["consistency"], $"{epochs[0]} … {epochs[^1]}");
        int[] halves = [.. Enumerable.Range(0, 95).Select(i => i % 2)];
        Assert.Equal(1, DeepClustering.Metrics.ClusteringAccuracy.Score(halves, vade.Predict(_digits)).Accuracy, 0.05);
    }

    [Fact]
    public void AnAutoencoderThatRestoresIsHeldToTheDigitAsItWas()
    {
        // With next to nothing to be seen, digits of two kinds look the same: their mean is all that can be restored.
        using var autoencoder = new Autoencoder(_small);
        using var trainer = new Trainer(autoencoder, _digits, _quick with { Epochs = 60, Corruption = new FeatureMasking(0.9999) });
        Assert.Equal(60, trainer.Fit().Count());
        using var seen = autoencoder.Reconstruct(zeros(1, 16, ScalarType.Byte));
        using var mean = _digits.to(float32).div(255).mean([0L]);
        Assert.True((seen[0] - mean).abs().max().item<float>() < 0.1f);
    }

    [Fact]
    public void TheAdversarysPartIsRampedUpAndBothAddedTermsFadeOut()
    {
        var adversary = new VirtualAdversary { Weight = 50, Radius = 0.5, Probe = 0.5, RampShare = 0.5 };
        var options = _quick with { Epochs = 4, BatchSize = 20, SelfAugmentation = new() { Augmentation = new Affine { Shift = 0.5 } }, Adversary = adversary };
        Epoch[] Trained(TrainingOptions how)
        {
            using var vade = new Vade(2, _small);
            using var trainer = new Trainer(vade, _digits, how);
            return [.. trainer.Fit()];
        }
        var ramped = Trained(options);
        Assert.Equal(["reconstruction", "KL(z|c)", "KL(c)", "consistency", "information", "adversarial"], ramped[0].Parts.Keys);
        // γ hardly moves in five steps at a small rate, so the part goes with the mean of its weight.
        var slow = Trained(options with { Epochs = 1, LearningRate = 1e-7 });
        var full = Trained(options with { Epochs = 1, LearningRate = 1e-7, Adversary = adversary with { RampShare = 0 } });
        double mean = (20 * (0 + 20 / 47.5 + 40 / 47.5 + 1) + 15) / 95;
        Assert.Equal(mean, slow[0].Parts["adversarial"] / full[0].Parts["adversarial"], 0.01);
        Assert.Equal(ramped[0].Parts["consistency"] + ramped[0].Parts["information"] + ramped[0].Parts["adversarial"], ramped[0].SelfAugmentationLoss!.Value, 1e-9);
        var faded = Trained(options with { LearningRate = 1e-7, AddedTermsFadeOut = true });
        Assert.True(faded[^1].Parts["information"] > 0.1 * faded[0].Parts["information"], "the information, negative, is less by far at the end");
    }

    [Fact]
    public void ThePriorIsFittedAfterTheLastEpochAndNotBefore()
    {
        Vade Trained(bool fits, int epochs)
        {
            var vade = new Vade(2, _small);
            using var trainer = new Trainer(vade, _digits, _quick with { FitsPriorAtTheEnd = fits });
            Assert.Equal(epochs, trainer.Fit().Take(epochs).Count());
            return vade;
        }
        using var without = Trained(false, 4);
        using var fitted = Trained(true, 4);
        var (mean, logVariance) = without.Posterior(_digits);
        Assert.False(without.Prior.Means.allclose(fitted.Prior.Means));
        Assert.True(mean.Equals(fitted.Posterior(_digits).Mean), "all else is as without it");
        without.Prior.Fit(mean, logVariance);
        Assert.True(without.Prior.Means.Equals(fitted.Prior.Means));
        using var early = Trained(true, 3);
        using var earlyWithout = Trained(false, 3);
        Assert.True(early.Prior.Means.Equals(earlyWithout.Prior.Means));
    }

    [Fact]
    public void AVadeIsHeldToTheClustersOfItsStartLessAndLess()
    {
        var options = _quick with { Epochs = 30, BatchSize = 95, StartWeight = 200 };
        foreach (int first in new[] { 0, 1 })
        {
            // Held to them by number, not only up to their order.
            int[] clusters = [.. Enumerable.Range(0, 95).Select(i => (i + first) % 2)];
            using var vade = new Vade(2, _small);
            using var trainer = new Trainer(vade, _digits, options, startClusters: clusters);
            Assert.Equal(["reconstruction", "KL(z|c)", "KL(c)", "start"], trainer.Fit().First().Parts.Keys);
            Assert.Equal(29, trainer.Fit().Count());
            Assert.Equal(clusters, vade.Predict(_digits));
        }
        // γ hardly moves at a tiny rate, so the part goes with its weight: 1, 3/4 and 1/4 of it at the beginning of three epochs.
        using var still = new Vade(2, _small);
        using var slow = new Trainer(still, _digits, options with { Epochs = 3, LearningRate = 1e-9 }, startClusters: new int[95]);
        double[] parts = [.. slow.Fit().Select(epoch => epoch.Parts["start"])];
        Assert.Equal([0.75, 0.25], [parts[1] / parts[0], parts[2] / parts[0]], (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public void AStartToBeHeldToIsGivenWhole()
    {
        using var vade = new Vade(2, _small);
        var options = _quick with { StartWeight = 1 };
        foreach (var (clusters, said) in new (int[]?, string)[] { (null, "found none"), ([0, 1], "expected 95 clusters"), (Enumerable.Repeat(2, 95).ToArray(), "from 2 to 2") })
        {
            Assert.Contains(said, Assert.Throws<ArgumentException>(() => new Trainer(vade, _digits, options, startClusters: clusters)).Message, StringComparison.Ordinal);
        }
        Assert.Throws<ArgumentOutOfRangeException>("StartWeight", () => _quick with { StartWeight = double.NaN });
    }

    [Fact]
    public void TheMixtureCanHaveAStepSizeOfItsOwn()
    {
        // Adam's first step moves every parameter by its step size, whatever the gradient.
        (double Mixture, double Layers) Moved(TrainingOptions options)
        {
            using Vade trained = new(2, _small), start = new(2, _small);
            using var trainer = new Trainer(trained, _digits, options with { Epochs = 1, BatchSize = 95 });
            Assert.Single(trainer.Fit());
            double Largest(bool mixture) => trained.named_parameters().Zip(start.parameters())
                .Where(pair => pair.First.name.StartsWith("prior.", StringComparison.Ordinal) == mixture)
                .Max(pair => (pair.First.parameter - pair.Second).abs().max().item<float>());
            return (Largest(true), Largest(false));
        }
        var (mixture, layers) = Moved(_quick with { LearningRate = 1e-3, PriorLearningRate = 5e-2 });
        Assert.Equal(5e-2, mixture, 1e-4);
        Assert.Equal(1e-3, layers, 1e-5);
        (mixture, layers) = Moved(_quick with { LearningRate = 1e-3 });
        Assert.Equal(1e-3, mixture, 1e-5);
        Assert.Equal(1e-3, layers, 1e-5);
    }

    [Fact]
    public void TheStepSizeFallsAlongHalfACosine()
    {
        // Under a constant gradient each of Adam's steps is as long as the step size.
        using var model = new OneWeight();
        const int epochs = 8;
        using var trainer = new Trainer(model, zeros(20, 16, ScalarType.Byte), new() { Epochs = epochs, BatchSize = 10, LearningRate = 1e-3, FinalLearningRate = 1e-4 });
        var values = new List<double> { model.Weight };
        foreach (var _ in trainer.Fit())
        {
            values.Add(model.Weight);
        }
        double Rate(double progress) => 1e-4 + (1e-3 - 1e-4) * (1 + Math.Cos(Math.PI * progress)) / 2;
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            double expected = Rate((double)epoch / epochs) + Rate((epoch + 0.5) / epochs);
            Assert.Equal(expected, values[epoch] - values[epoch + 1], 2e-6);
        }
    }

    /// <summary>A VaDE whose loss is one weight, so that its gradient is 1 at every step.</summary>
    private sealed class OneWeight() : Vade(1, _small)
    {
        private Tensor Logit => named_parameters().Single(entry => entry.name == "prior.means").parameter;

        public double Weight => Logit[0, 0].item<float>();

        public override Loss Loss(Tensor x) => new(("weight", Logit.sum()));
    }

    [Fact]
    public void OptionsForAnotherModelAreRefused()
    {
        using var vae = new Vae(_small);
        using var vade = new Vade(2, _small);
        void Refused(LatentModel model, TrainingOptions options, string option, string wanted)
        {
            string message = Assert.Throws<ArgumentException>(() => new Trainer(model, _digits, options)).Message;
            Assert.Contains($"{option} is for a {wanted}; found a {model.GetName()}", message, StringComparison.Ordinal);
        }
        Refused(vade, _quick with { InputDropout = 0.1 }, "InputDropout", "Autoencoder");
        Refused(vade, _quick with { Corruption = new Affine() }, "Corruption", "Autoencoder");
        Refused(vae, _quick with { SelfAugmentation = new() }, "SelfAugmentation", "Vade");
        Refused(vae, _quick with { Adversary = new() }, "Adversary", "Vade");
        Refused(vae, _quick with { FitsPriorAtTheEnd = true }, "FitsPriorAtTheEnd", "Vade");
        Refused(vae, _quick with { PriorLearningRate = 1e-3 }, "PriorLearningRate", "Vade");
    }

    [Theory]
    [InlineData(-1, 2, 15, 0)]
    [InlineData(400, -1, 15, 0)]
    [InlineData(400, 2, -15, 0)]
    [InlineData(400, 2, 15, 1)]
    public void SelfAugmentationOutOfItsRangeIsRefused(double weight, double balance, double rotation, double scale) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new SelfAugmentation { Weight = weight, Balance = balance, Augmentation = new Affine { Rotation = rotation, Scale = scale } });

    [Fact]
    public void DistortionsAndDropoutChangeWhatIsSeenAndFollowTheSeed()
    {
        float[] Trained(TrainingOptions options)
        {
            using var autoencoder = new Autoencoder(_small);
            using var trainer = new Trainer(autoencoder, _digits, options);
            Assert.Equal(4, trainer.Fit().Count());
            return [.. autoencoder.parameters().SelectMany(p => p.data<float>().ToArray())];
        }
        var dropout = _quick with { InputDropout = 0.3 };
        var distorted = _quick with { Augmentation = new Affine { Rotation = 10 } };
        var restored = _quick with { Corruption = new Affine { Rotation = 10 } };
        Assert.Equal(Trained(dropout), Trained(dropout));
        Assert.Equal(Trained(distorted), Trained(distorted));
        Assert.NotEqual(Trained(_quick), Trained(dropout));
        Assert.NotEqual(Trained(_quick), Trained(distorted));
        Assert.Equal(Trained(restored), Trained(restored));
        Assert.NotEqual(Trained(distorted), Trained(restored));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trained(_quick with { InputDropout = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => Trained(_quick with { PriorLearningRate = 0 }));
    }

    [Fact]
    public void GaussianLikelihoodTrainsToo()
    {
        using var vae = new Vae(_small, new Gaussian(0.2));
        using var trainer = new Trainer(vae, _digits, _quick with { Epochs = 10 });
        Assert.Equal(10, trainer.Fit().Count());
        Assert.True(trainer.History[^1].Loss < trainer.History[0].Loss);
    }
}
