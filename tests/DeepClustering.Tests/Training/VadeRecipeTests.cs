using DeepClustering.Data;
using DeepClustering.Metrics;
using DeepClustering.Models;
using DeepClustering.Networks;
using DeepClustering.Training;
using TorchSharp;
using Xunit;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Training;

public sealed class VadeRecipeTests : IDisposable
{
    private static readonly Architecture _small = new MultilayerPerceptron { InputSize = 16, Shape = new(1, 4, 4), HiddenWidths = [8], LatentSize = 2 };

    private static readonly VadeRecipe _quick = VadeRecipe.SelfAugmented.For(70_000, seed: 1) with
    {
        Graph = null,
        Mixture = new() { Components = 3 },
        Starts = 3,
        TrialEpochs = 2,
        WarmUp = new() { Epochs = 4, BatchSize = 20, SelfAugmentation = new() },
    };

    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Tensor Digits() => randint(0, 256, [60, 16], generator: new Generator(1)).to_type(ScalarType.Byte);

    [Fact]
    public void RecipesAreFoundByName()
    {
        Assert.Same(VadeRecipe.TwoStep, VadeRecipe.Named("two-step"));
        Assert.Same(VadeRecipe.SelfAugmented, VadeRecipe.Named("self-augmented"));
        var error = Assert.Throws<ArgumentException>(() => VadeRecipe.Named("three-step"));
        Assert.All(["three-step", "two-step", "self-augmented"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(70_000, 1, 1)]
    [InlineData(35_000, 1, 2)]
    [InlineData(10_000, 1, 7)]
    [InlineData(140_000, 1, 1)]
    [InlineData(8_750, 2.0 / 3, 4)]
    [InlineData(10_000, 0, 1)]
    [InlineData(10_000, 0, 1, 10_000)]
    [InlineData(2_000, 0, 5, 10_000)]
    [InlineData(4_375, 0.5, 8, 17_500)]
    [InlineData(1_000, 1, 70, 10_000)]
    [InlineData(140_000, 0.5, 1, 10_000)]
    [InlineData(35_000, 0, 2, 70_000)]
    [InlineData(100_000, 0, 2, 200_000)]
    public void FewerRowsGetMoreEpochs(int rows, double growth, int times, int stepsStayBelow = 0)
    {
        var stated = VadeRecipe.SelfAugmented with { EpochGrowth = growth, PretrainingGrowth = 0, StepsStayBelow = stepsStayBelow };
        var adapted = stated.For(rows, seed: 5);
        TrainingOptions[] were = [stated.Pretraining, stated.WarmUp, stated.Joint], are = [adapted.Pretraining, adapted.WarmUp, adapted.Joint];
        int[] more = [1, times, times];
        Assert.Equal(were.Select((options, i) => options with { Epochs = more[i] * options.Epochs, Seed = are[i].Seed }), are);
        Assert.Equal((times * stated.TrialEpochs, stated.Name, 5), (adapted.TrialEpochs, adapted.Name, adapted.Seed));
        Assert.Equal(4, are.Select(options => options.Seed).Append(adapted.Mixture.Seed).Distinct().Count());
    }

    [Theory]
    [InlineData(70_000, 1, 1)]
    [InlineData(8_750, 2.0 / 3, 4)]
    [InlineData(1_000, 1, 70)]
    [InlineData(140_000, 1, 1)]
    public void ThePretrainingHasAGrowthOfItsOwn(int rows, double growth, int times)
    {
        var stated = VadeRecipe.SelfAugmented with { EpochGrowth = 0, PretrainingGrowth = growth, StepsStayBelow = 0 };
        var adapted = stated.For(rows, seed: 5);
        Assert.Equal((times * stated.Pretraining.Epochs, stated.WarmUp.Epochs), (adapted.Pretraining.Epochs, adapted.WarmUp.Epochs));
    }

    [Fact]
    public void RowsThatAreNoImagesHaveEpochsAndAJointTrainingOfTheirOwn()
    {
        var table = Dataset.FromFloats("table", ["a"], [.. new float[2_000]]);
        var images = Dataset.FromBytes("images", new ImageShape(1, 1, 1), [.. new byte[2_000]]);
        var recipe = VadeRecipe.SelfAugmented;
        Assert.Equal(recipe.For(2_000, 3), recipe.For(images, 3));
        var ofTables = recipe with
        {
            EpochGrowth = 0.5,
            PretrainingGrowth = 0.5,
            StepsStayBelow = 0,
            Joint = recipe.Joint with { Epochs = 10, LearningRate = 5e-4, SelfAugmentation = recipe.Joint.SelfAugmentation! with { Weight = 40 }, FitsPriorAtTheEnd = false },
        };
        Assert.Equal(ofTables.For(2_000, 3), recipe.For(table, 3));
        Assert.Equal(0.02, (recipe with { Joint = recipe.Joint with { LearningRate = 0.02 } }).For(table, 3).Joint.LearningRate);
        Assert.Equal(VadeRecipe.TwoStep.For(2_000, 3), VadeRecipe.TwoStep.For(table, 3));
    }

    [Fact]
    public void TheTwoStepRecipeKeepsTheNumberOfSteps() =>
        Assert.Equal((7 * 20, 7 * 100), (VadeRecipe.TwoStep.For(10_000, 1).Pretraining.Epochs, VadeRecipe.TwoStep.For(10_000, 1).Joint.Epochs));

    [Fact]
    public void TheTwoStepRecipeKeepsTheSeedsOfThePublishedRuns()
    {
        var adapted = VadeRecipe.TwoStep.For(70_000, seed: 7);
        Assert.Equal([7, 7, 7], new[] { adapted.Pretraining.Seed, adapted.Mixture.Seed, adapted.Joint.Seed });
        var digits = Digits();
        using var autoencoder = new Autoencoder(_small);
        using var start = (adapted with { Mixture = new() { Components = 3 } }).StartsFrom(autoencoder, digits).Single();
        Assert.Equal((7000, 7000), (start.Vade.Seed, start.WarmUp.Options.Seed));
    }

    [Theory]
    [InlineData(40, 2 * 70_000 / 128)]
    [InlineData(128, 2 * 70_000 / 128)]
    [InlineData(256, 2 * 70_000 / 256)]
    public void RowsOfLessThanABatchAreNotSeenMoreOftenThanOneBatchOfThem(int rows, int epochs)
    {
        var recipe = VadeRecipe.SelfAugmented with { Pretraining = new() { Epochs = 2, BatchSize = 128 }, PretrainingGrowth = 1 };
        Assert.Equal(epochs, recipe.For(rows, seed: 1).Pretraining.Epochs, 1.0);
    }

    [Fact]
    public void AChangedRecipeIsNamedForWhatChanged()
    {
        var recipe = VadeRecipe.SelfAugmented;
        Assert.Equal(recipe, recipe.With());
        Assert.Equal(recipe, recipe.With(starts: recipe.Starts, weight: 400));
        var changed = recipe.With(warmUpEpochs: 1, starts: 1, weight: 100, balance: 0.5, plainPretraining: true);
        Assert.Equal("self-augmented, 1 of warm-up, 1 start, λ = 100, a = 0.5, plain pretraining", changed.Name);
        Assert.Equal((1, 1, 1), (changed.WarmUp.Epochs, changed.TrialEpochs, changed.Starts));
        Assert.Equal((100, 0.5), (changed.WarmUp.SelfAugmentation!.Weight, changed.WarmUp.SelfAugmentation.Balance));
        Assert.Null(changed.Pretraining.Corruption);
        Assert.Equal(0, changed.Pretraining.InputDropout);
        Assert.Equal(7, recipe.With(pretrainingEpochs: 7).Pretraining.Epochs);
        Assert.Equal(7, recipe.With(jointEpochs: 7).Joint.Epochs);
    }

    [Fact]
    public void EachStartIsAVadeWithTheAutoencodersLayersAndAMixtureInItsCode()
    {
        var digits = Digits();
        using var autoencoder = new Autoencoder(_small);
        Assert.Throws<ArgumentOutOfRangeException>(() => _quick.With(starts: 0).StartsFrom(autoencoder, digits));
        int[] labels = [.. Enumerable.Range(0, 60).Select(i => i % 3)];
        var starts = _quick.StartsFrom(autoencoder, digits, labels);
        Assert.Equal([1, 2, 3], starts.Select(start => start.Number));
        foreach (var start in starts)
        {
            Assert.True(start.Vade.Encode(digits).allclose(autoencoder.Encode(digits)));
            Assert.Equal(start.MixtureAccuracy!.Value, ClusteringAccuracy.Score(labels, start.Vade.Predict(digits)).Accuracy, 0.05);
            Assert.Null(start.Criterion);
        }
        Assert.Equal(3, starts.Select(start => start.WarmUp.Options.Seed).Distinct().Count());
        Assert.False(starts[0].Vade.Prior.Means.allclose(starts[1].Vade.Prior.Means) && starts[0].Vade.Prior.Means.allclose(starts[2].Vade.Prior.Means));
        foreach (var start in starts)
        {
            start.Dispose();
        }
    }

    [Fact]
    public void ATrialIsTheBeginningOfTheWarmUp()
    {
        var digits = Digits();
        using var autoencoder = new Autoencoder(_small);
        using VadeStart tried = _quick.StartsFrom(autoencoder, digits)[0], straight = _quick.StartsFrom(autoencoder, digits)[0];
        tried.Try(2);
        tried.Try(2);
        Assert.Equal(2, tried.WarmUp.History.Count);
        var last = tried.WarmUp.History[1];
        Assert.Equal(last.Parts["consistency"] + last.Parts["information"], tried.Criterion);
        Assert.Contains("after 2 epochs", tried.ToString(), StringComparison.Ordinal);
        tried.Try(3);
        Assert.Equal((3, tried.WarmUp.History[2].SelfAugmentationLoss), (tried.WarmUp.History.Count, tried.Criterion));
        Assert.Contains("after 3 epochs", tried.ToString(), StringComparison.Ordinal);
        Assert.Equal([4], tried.WarmUp.Fit().Select(epoch => epoch.Number));
        Assert.Equal(4, straight.WarmUp.Fit().Count());
        Assert.Equal(straight.WarmUp.History.Select(epoch => epoch.Loss), tried.WarmUp.History.Select(epoch => epoch.Loss));
    }

    [Fact]
    public void StartsAreTheSameForTheSameSeedOnly()
    {
        var digits = Digits();
        using var autoencoder = new Autoencoder(_small);
        double Loss(int seed)
        {
            using var start = (_quick with { Starts = 1 }).For(70_000, seed).StartsFrom(autoencoder, digits)[0];
            start.Try(1);
            return start.Criterion!.Value;
        }
        Assert.Equal(Loss(1), Loss(1));
        // 2,147,484 thousand is beyond 32 bits.
        Assert.Equal(5, new[] { 1, 2, 2_147_484, int.MaxValue, int.MaxValue - 1 }.Select(Loss).Distinct().Count());
    }

    [Fact]
    public void ImagesThatFillTheirFrameGetMoreStartsThanStrokesWithRoomAroundThem()
    {
        var shape = new ImageShape(1, 28, 28);
        byte[] stroke = new byte[784], full = new byte[784];
        stroke[14 * 28 + 14] = 255;
        Array.Fill(full, (byte)200);
        Dataset Of(byte[] image) => Dataset.FromBytes("images", shape, [.. Enumerable.Repeat(image, 20).SelectMany(values => values)]);

        var (few, _) = VadeRecipe.SelfAugmented.ChosenFor(Of(stroke));
        Assert.Equal(VadeRecipe.SelfAugmented.Graph, few.Graph);
        Assert.Equal(Distortions.Wide.Corruption, few.Pretraining.Corruption);
        Assert.Equal(Distortions.Wide.Augmentation, few.WarmUp.SelfAugmentation!.Augmentation);
        Assert.Equal(Distortions.Wide.Augmentation, few.Joint.SelfAugmentation!.Augmentation);
        var (many, why) = VadeRecipe.SelfAugmented.ChosenFor(Of(full));
        Assert.Equal(4, many.Graph!.Most);
        Assert.Contains("more starts are tried", why, StringComparison.Ordinal);
        var own = new GraphStarts { Neighbors = [7] };
        Assert.Equal(own, (VadeRecipe.SelfAugmented with { Graph = own }).ChosenFor(Of(full)).Recipe.Graph);
        Assert.Null((VadeRecipe.SelfAugmented with { Graph = null, Starts = 1 }).ChosenFor(Of(full)).Recipe.Graph);
    }
}
