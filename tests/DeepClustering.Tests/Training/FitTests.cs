using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Networks;
using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

/// <summary>A VaDE by one call, on data of every kind.</summary>
public sealed class FitTests
{
    private static readonly Random _random = new(1);

    /// <summary>Three heaps of numbers, far apart.</summary>
    private static readonly Dataset _heaps = Dataset.FromFloats("heaps", ["a", "b", "c", "d"],
        [.. Enumerable.Range(0, 90 * 4).Select(i => (float)((i / 4 % 3 == i % 4 ? 30 : 0) + _random.NextDouble()))],
        ClassLabels.Of(Enumerable.Range(0, 90).Select(row => row % 3)));

    private static readonly Dataset _images = Dataset.FromBytes("images", new ImageShape(1, 4, 4),
        [.. Enumerable.Range(0, 60 * 16).Select(i => (byte)(_random.Next(100) + (i / 16 % 2 == i / 4 % 2 ? 150 : 0)))]);

    private static readonly Dataset _bytes = Dataset.FromBytes("bytes", ["a", "b"], [.. Enumerable.Range(0, 80).Select(i => (byte)i)]);

    /// <summary>A recipe with everything in it, short.</summary>
    private static VadeRecipe Quick(int clusters = 3) => VadeRecipe.SelfAugmented with
    {
        Seed = 1,
        Pretraining = VadeRecipe.SelfAugmented.Pretraining with { Epochs = 40, BatchSize = 30 },
        Mixture = new() { Components = clusters },
        WarmUp = VadeRecipe.SelfAugmented.WarmUp with { Epochs = 8, BatchSize = 30 },
        Joint = VadeRecipe.SelfAugmented.Joint with { Epochs = 4, BatchSize = 30 },
    };

    private static FitOptions Small(Dataset data) =>
        new() { Architecture = new MultilayerPerceptron { InputSize = data.InputSize, Shape = data.Shape, HiddenWidths = [16], LatentSize = 2 } };

    public static TheoryData<string, int> Kinds => new() { { "heaps", 3 }, { "images", 2 }, { "images", 1 }, { "bytes", 2 } };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryKindOfDataIsFitted(string name, int clusters)
    {
        var data = new[] { _heaps, _images, _bytes }.Single(set => set.Name == name);
        using var fit = Quick(clusters).Fit(data, Small(data));
        using var rows = fit.Scaling.Apply(data.ToTensor());
        Assert.Equal(clusters, fit.Model.Prior.Components);
        Assert.Equal(data.Count, fit.Model.Predict(rows).Length);
        Assert.Equal((Stage.Pretraining, Stage.Joint), (fit.Stages[0].Name, fit.Stages[^1].Name));
        Assert.All(fit.Stages.SelectMany(stage => stage.History), epoch => Assert.True(double.IsFinite(epoch.Loss)));
    }

    [Fact]
    public void CountsAreFittedByTheirOwnLikelihood()
    {
        var counts = Dataset.FromFloats("counts", ["a", "b", "c"], [.. Enumerable.Range(0, 90 * 3).Select(i => (float)_random.Next(i / 3 % 3 == i % 3 ? 40 : 3))]);
        using var fit = Quick().Fit(counts, Small(counts) with { Scaling = Scaling.None, Likelihood = new Poisson() });
        Assert.All(fit.Stages.SelectMany(stage => stage.History), epoch => Assert.True(double.IsFinite(epoch.Loss)));
        Assert.Contains("adversarial", fit.Stages.Single(stage => stage.Name == Stage.WarmUp).History[^1].Parts.Keys);
        Assert.Contains("consistency", fit.Stages[^1].History[^1].Parts.Keys);
    }

    [Fact]
    public void HeapsFarApartAreFoundAndTheirNumberIsTheCallersChoice()
    {
        using var fit = Quick(clusters: 7).Fit(_heaps, Small(_heaps) with { Clusters = 3, MonitorLabels = _heaps.Labels });
        using var rows = fit.Scaling.Apply(_heaps.ToTensor());
        Assert.True(ClusteringAccuracy.Score(_heaps.Labels!, fit.Model.Predict(rows)).Accuracy > 0.95);
        Assert.NotNull(fit.StartAccuracy);
        Assert.Equal(Support.Real, fit.Model.Likelihood.Support);
    }

    [Fact]
    public void TheSameSeedGivesTheSameModelAndProgressNamesItsStages()
    {
        var seen = new List<string>();
        using var first = Quick(2).Fit(_images, Small(_images) with { Progress = (stage, _) => seen.Add(stage) });
        using var second = Quick(2).Fit(_images, Small(_images));
        Assert.True(first.Model.Prior.Means.equal(second.Model.Prior.Means).all().item<bool>());
        Assert.Equal(40, seen.Count(stage => stage == Stage.Pretraining));
        Assert.Equal(4, seen.Count(stage => stage == Stage.Joint));
        Assert.Equal(first.Stages.Sum(stage => stage.History.Count), seen.Count);
    }

    [Fact]
    public void TheStepsOneByOneComeToTheSameModel()
    {
        var recipe = Quick(2);
        using var fit = recipe.Fit(_images, Small(_images));
        using var rows = _images.ToTensor();
        var (steps, why) = recipe.ChosenFor(_images);
        Assert.Equal(why, fit.Notes[0]);
        using var autoencoder = steps.NewAutoencoder(Small(_images).Architecture!);
        using (var pretrainer = new Trainer(autoencoder, rows, steps.Pretraining))
        {
            Assert.Equal(40, pretrainer.Fit().Count());
        }
        var starts = steps.StartsFrom(autoencoder, rows);
        var best = steps.Choose(starts);
        best.Try(steps.WarmUp.Epochs);
        using (var trainer = new Trainer(best.Vade, rows, steps.Joint))
        {
            Assert.Equal(fit.Stages[^1].History.Select(epoch => epoch.Loss), trainer.Fit().Select(epoch => epoch.Loss));
        }
        Assert.True(fit.Model.Prior.Means.equal(best.Vade.Prior.Means).all().item<bool>());
        foreach (var start in starts)
        {
            start.Dispose();
        }
    }

    [Fact]
    public void TheNotesSayWhatWasChosenAndWhetherTheStartWasKept()
    {
        using var fit = Quick(2).Fit(_images, Small(_images));
        Assert.Contains(fit.Notes, note => note.StartsWith("Distortions: ", StringComparison.Ordinal));
        Assert.Contains(fit.Notes, note => note.Contains("nats about its neighbours' clusters at the start", StringComparison.Ordinal));
        Assert.Equal(fit.Recipe.WarmUp.SelfAugmentation!.Augmentation, fit.Recipe.Pretraining.Corruption);
        using var vectors = Quick(2).Fit(_bytes, Small(_bytes));
        Assert.Contains("no images", vectors.Notes[0], StringComparison.Ordinal);
    }

    [Fact]
    public void ATrainingThatSpoilsTheClustersIsTakenBack()
    {
        // Steps of such a length at the end leave nothing of what was learnt.
        var spoiling = Quick() with { Joint = new() { Epochs = 3, BatchSize = 30, LearningRate = 0.3 } };
        using var fit = spoiling.Fit(_heaps, Small(_heaps) with { MonitorLabels = _heaps.Labels });
        using var rows = fit.Scaling.Apply(_heaps.ToTensor());
        Assert.True(fit.Stages[^1].History[^1].Accuracy < 0.9, "the joint training was to spoil them");
        Assert.Equal(1, ClusteringAccuracy.Score(_heaps.Labels!, fit.Model.Predict(rows)).Accuracy);
        Assert.StartsWith("Taken as it was after the warm-up", fit.Notes[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void AFitThatIsStoppedStops()
    {
        using var stop = new CancellationTokenSource();
        var options = Small(_images) with { Progress = (stage, epoch) => { if (epoch.Number == 3) { stop.Cancel(); } } };
        Assert.ThrowsAny<OperationCanceledException>(() => Quick(2).Fit(_images, options, stop.Token));
    }

    [Fact]
    public void FewerRowsThanClustersAreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => VadeRecipe.TwoStep.Fit(_bytes, new() { Clusters = 41 }));
        Assert.Contains("bytes: expected at least as many rows as clusters, 41; found 40", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => VadeRecipe.TwoStep.Fit(_bytes, new() { Clusters = -1 }));
    }
}
