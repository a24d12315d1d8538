using DeepClustering.Data;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Training;
using Xunit;

namespace DeepClustering.Tests.Training;

/// <summary>Data that no one would cluster, and that someone will.</summary>
public sealed class DegenerateDataTests
{
    private static readonly MultilayerPerceptron _small = new() { InputSize = 2, HiddenWidths = [6], LatentSize = 2 };

    private static VadeFit Fit(Dataset data, int clusters) => VadeRecipe.TwoStep.For(data.Count, seed: 2).With(pretrainingEpochs: 1, jointEpochs: 1)
        .Fit(data, new() { Clusters = clusters, Architecture = _small });

    private static Dataset Table(int rows, Func<int, float> value) =>
        Dataset.FromFloats("table", ["x", "y"], [.. Enumerable.Range(0, 2 * rows).Select(value)]);

    [Fact]
    public void EqualRowsGoToOneClusterWithFiniteNumbers()
    {
        var data = Table(30, _ => 7);
        using var fit = Fit(data, 3);
        var run = Run.Of(fit, data);
        Assert.All(run.TrainingBounds, bound => Assert.True(float.IsFinite(bound)));
        using var rows = fit.Scaling.Apply(data.ToTensor());
        Assert.Single(fit.Model.Predict(rows).Distinct());
    }

    [Fact]
    public void OneClusterTakesEveryRow()
    {
        using var fit = Fit(Table(30, i => i % 5), 1);
        using var rows = fit.Scaling.Apply(Table(30, i => i % 5).ToTensor());
        Assert.All(fit.Model.Predict(rows), cluster => Assert.Equal(0, cluster));
    }

    [Theory]
    [InlineData(3, 4)]
    [InlineData(1, 2)]
    public void MoreClustersThanRowsAreRefusedByNumber(int rows, int clusters) => Assert.Contains(
        $"expected at least as many rows as clusters, {clusters}; found {rows}",
        Assert.Throws<ArgumentException>(() => Fit(Table(rows, i => i), clusters)).Message, StringComparison.Ordinal);

    [Fact]
    public void TheNumberOfClustersMayBeChosenInTheCode()
    {
        var data = Table(40, i => i * i % 11);
        List<long[]> asked = [];
        using var fit = VadeRecipe.TwoStep.For(40, seed: 2).With(pretrainingEpochs: 1, jointEpochs: 1).Fit(data, new()
        {
            Architecture = _small,
            ChooseClusters = code =>
            {
                asked.Add(code.shape);
                return 4;
            },
        });
        Assert.Equal([40L, 2L], Assert.Single(asked));
        Assert.Equal(4, fit.Model.Prior.Components);
        Assert.Equal(4, fit.Recipe.Mixture.Components);
    }

    [Fact]
    public void OfFewRowsTheNumberOfClustersMayBeChosenToo()
    {
        VadeFit Chosen(int number) => VadeRecipe.TwoStep.For(4, seed: 2).With(pretrainingEpochs: 1, jointEpochs: 1).Fit(
            Table(4, i => i), new() { Architecture = _small, ChooseClusters = _ => number });
        using var fit = Chosen(2);
        Assert.Equal(2, fit.Model.Prior.Components);
        Assert.Contains("as clusters, 5; found 4", Assert.Throws<ArgumentException>(() => Chosen(5)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AShortenedRecipeHasAShareOfEveryPart()
    {
        var whole = VadeRecipe.SelfAugmented.For(70_000, seed: 1);
        var half = whole.Shortened(0.5);
        Assert.Equal(whole.Pretraining.Epochs / 2, half.Pretraining.Epochs);
        Assert.Equal(whole.WarmUp.Epochs / 2.0, half.WarmUp.Epochs, 0.5);
        Assert.Equal((1, 1, 1), whole.Shortened(1e-6) is var least ? (least.Pretraining.Epochs, least.WarmUp.Epochs, least.Joint.Epochs) : default);
        Assert.Equal("self-augmented, 0.5 of its epochs", half.Name);
        Assert.Same(whole, whole.Shortened(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Shortened(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Shortened(double.NaN));
        Assert.Equal(0, VadeRecipe.TwoStep.Shortened(0.5).WarmUp.Epochs);
    }
}
