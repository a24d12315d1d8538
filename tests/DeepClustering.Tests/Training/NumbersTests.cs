using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

/// <summary>Numbers that training cannot do anything with end in an error that says so, or in what the documentation promises.</summary>
public sealed class NumbersTests : IDisposable
{
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 16, Shape = new(1, 4, 4), HiddenWidths = [8], LatentSize = 2 };

    private static readonly VadeRecipe _quick = VadeRecipe.SelfAugmented with
    {
        Pretraining = VadeRecipe.SelfAugmented.Pretraining with { Epochs = 2, BatchSize = 20 },
        Mixture = new() { Components = 3 },
        Starts = 1,
        TrialEpochs = 1,
        WarmUp = VadeRecipe.SelfAugmented.WarmUp with { Epochs = 2, BatchSize = 20 },
        Joint = VadeRecipe.SelfAugmented.Joint with { Epochs = 2, BatchSize = 20 },
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Tensor Digits(int count = 60) => randint(0, 256, [count, 16], generator: new Generator(1)).to_type(ScalarType.Byte);

    /// <summary>The whole recipe; returns what the joint training came to.</summary>
    private static Epoch Train(Tensor digits)
    {
        using var autoencoder = new Autoencoder(_small);
        using var pretrainer = new Trainer(autoencoder, digits, _quick.Pretraining);
        Assert.Equal(2, pretrainer.Fit().Count());
        using var start = _quick.StartsFrom(autoencoder, digits)[0];
        Assert.Equal(2, start.WarmUp.Fit().Count());
        using var trainer = new Trainer(start.Vade, digits, _quick.Joint);
        return trainer.Fit().Last();
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void InputsThatAreNotFiniteAreRefused(float value)
    {
        using var vade = new Vade(3, _small);
        var x = rand(5, 16);
        x[3, 7] = value;
        Assert.All<Func<object>>([() => vade.Encode(x), () => vade.Responsibilities(x), () => vade.Predict(x), () => vade.Reconstruct(x)],
            use => Assert.Contains("NaN or infinity", Assert.Throws<ArgumentException>(use).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("encoder.hidden.dense1.weight")]
    [InlineData("decoder.logits.bias")]
    public void WeightsThatAreNotFiniteStopTheTraining(string name)
    {
        foreach (var model in new LatentModel[] { new Autoencoder(_small), new Vae(_small), new Vade(3, _small) })
        {
            using var owned = model;
            using (no_grad())
            {
                model.state_dict()[name].fill_(float.NaN);
            }
            using var trainer = new Trainer(model, Digits(), new() { Epochs = 1 });
            Assert.StartsWith($"Training stopped: {model.GetName()}'s", Assert.Throws<NotFiniteNumberException>(() => trainer.Fit().Count()).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WeightsThatTheLastStepSpoiltAreFoundWithoutAMixtureToo()
    {
        using var vae = new Vae(_small);
        using var trainer = new Trainer(vae, Digits(), new() { Epochs = 1, BatchSize = 60, LearningRate = 1e39 });
        var error = Assert.Throws<NotFiniteNumberException>(() => trainer.Fit().Count());
        Assert.Matches(@"Vae's weights "".+"" became NaN or infinite in epoch 1", error.Message);
        Assert.Empty(trainer.History);
    }

    [Fact]
    public void LatentVariancesThatExplodeStopTheTrainingAndThePartIsNamed()
    {
        foreach (var model in new LatentModel[] { new Vae(_small), new Vade(3, _small) })
        {
            using var owned = model;
            using (no_grad())
            {
                model.state_dict()["encoder.logVariance.bias"].fill_(200);
            }
            using var trainer = new Trainer(model, Digits(), new() { Epochs = 1 });
            Assert.Matches("loss part \"(reconstruction|KL.*)\" became", Assert.Throws<NotFiniteNumberException>(() => trainer.Fit().Count()).Message);
        }
    }

    [Fact]
    public void FewerDigitsThanComponentsAreRefused()
    {
        using var autoencoder = new Autoencoder(_small);
        var error = Assert.Throws<ArgumentException>(() => _quick.StartsFrom(autoencoder, Digits(2)));
        Assert.Contains("3", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255)]
    public void DigitsThatAreAllTheSameTrainToFiniteNumbersAndTheDiagnosticsShowIt(int grey)
    {
        var last = Train(full(60, 16, grey, ScalarType.Byte));
        Assert.True(double.IsFinite(last.Loss));
        Assert.Equal(0, last.Diagnostics!.MutualInformation, 1e-2);
    }

    [Fact]
    public void DuplicatesTrainToFiniteNumbers()
    {
        var two = Digits(2);
        Assert.True(double.IsFinite(Train(two.repeat(30, 1)).Loss));
    }

    [Fact]
    public void AComponentThatDiesIsCountedAndTrainingGoesOn()
    {
        using var vade = new Vade(3, _small);
        vade.Prior.Set(tensor([0.5, 0.499999, 1e-6]), tensor(new double[,] { { 0, 0 }, { 0.1, 0 }, { 1e3, 1e3 } }), ones(3, 2));
        using var trainer = new Trainer(vade, Digits(), new() { Epochs = 3, BatchSize = 20 });
        Assert.All(trainer.Fit(), epoch =>
        {
            Assert.True(double.IsFinite(epoch.Loss));
            Assert.InRange(epoch.Diagnostics!.DeadComponents, 1, 2);
            Assert.Contains("components dead", epoch.ToString(), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(0, 1, "weights")]
    [InlineData(double.NaN, 1, "weights")]
    [InlineData(0.5, 0, "variances")]
    [InlineData(0.5, double.PositiveInfinity, "variances")]
    public void AMixtureThatIsNoneIsRefusedAndThePriorStaysAsItWas(double weight, double variance, string parameter)
    {
        using var vade = new Vade(2, _small);
        var before = vade.Prior.Means.clone();
        var error = Assert.Throws<ArgumentException>(() => vade.Prior.Set(tensor([weight, 0.5]), ones(2, 2), full(2, 2, variance)));
        Assert.Equal(parameter, error.ParamName);
        Assert.True(vade.Prior.Means.equal(before).all().item<bool>());
    }
}
