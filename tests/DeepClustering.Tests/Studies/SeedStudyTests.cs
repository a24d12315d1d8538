using DeepClustering.Data;
using DeepClustering.Likelihoods;
using DeepClustering.Metrics;
using DeepClustering.Networks;
using DeepClustering.Runs;
using DeepClustering.Studies;
using DeepClustering.Training;
using Microsoft.Data.Analysis;
using Xunit;

namespace DeepClustering.Tests.Studies;

public sealed class SeedStudyTests
{
    private static readonly Provenance _anywhere = new("digits", 10, "0", "1", "1", "net", "system", 1);

    private static Epoch Epoch(double loss, double accuracy, double? selfAugmentation = null) => new(
        1, 1, loss,
        selfAugmentation is { } value ? new Dictionary<string, double> { ["consistency"] = value + 5, ["information"] = -5 } : new() { ["reconstruction"] = loss },
        60, accuracy, new ClusterDiagnostics([0.5, 0.5], 0.6, 1 - accuracy));

    /// <summary>A VaDE's run: what its starts' trials and its end came to.</summary>
    private static Run Vade(string recipe, long seed, double accuracy, double loss, params (double Loss, double Accuracy)[] starts) => new()
    {
        Model = "Vade",
        Recipe = recipe,
        Architecture = new MultilayerPerceptron { InputSize = 4 },
        Likelihood = new Bernoulli(),
        Seed = seed,
        Provenance = _anywhere,
        Scores = new(accuracy, accuracy - 0.1, 0.1 * seed, null, 100 * seed, null, accuracy - 0.2),
        Stages =
        [
            .. starts.Skip(1).Select((start, i) => new Stage($"start {i + 2}, left", new(), [Epoch(0, start.Accuracy, start.Loss)])),
            .. starts.Take(1).Select(start => new Stage("warm-up", new(), [Epoch(0, start.Accuracy, start.Loss), Epoch(0, accuracy, start.Loss - 1)])),
            new("training", new(), [Epoch(loss, accuracy)]),
        ],
    };

    private static string[] Row(DataFrame frame, int row) =>
        [.. frame.Columns.Select(column => Convert.ToString(column[row], System.Globalization.CultureInfo.InvariantCulture) ?? "")];

    [Fact]
    public void ASpreadIsThatOfTheValues()
    {
        // numpy 1.24.2: mean, std(ddof=1), median.
        Spread even = Spread.Of([0.9, 0.5, 0.7, 0.95]), one = Spread.Of([3]);
        Assert.Equal((4, 0.5), (even.Count, even.Least));
        Assert.Equal(0.7625, even.Mean, 5e-13);
        Assert.Equal(0.2056493779875511, even.Deviation, 5e-13);
        Assert.Equal(0.8, even.Median, 5e-13);
        Assert.Equal("0.7625 ± 0.2056", even.ToString());
        Assert.Equal((3, 3, "3.0000"), (one.Median, one.Least, one.ToString()));
        Assert.True(double.IsNaN(one.Deviation));
        Assert.Equal("1500.0 ± 707.1", Spread.Of([1000, 2000]).ToString());
        Assert.Throws<ArgumentException>(() => Spread.Of([]));
    }

    [Fact]
    public void RecipesAreSummedUpApart()
    {
        Run[] runs = [Vade("a", 1, 0.9, 100), Vade("b", 1, 0.5, 110), Vade("a", 2, 0.7, 105), Vade("a", 3, 0.8, 101)];
        var summary = SeedStudy.Summary(runs);
        Assert.Equal(2, summary.Rows.Count);
        Assert.Equal(["a", "3"], Row(summary, 0)[..2]);
        Assert.Equal([0.8, 0.1, 0.8, 0.7, 0.7, 0.1, 0.7, 0.6, 0.6, 0.1, 0.6, 0.5], Row(summary, 0)[2..].Select(double.Parse).Select(value => Math.Round(value, 9)));
        Assert.Equal(["b", "1", "0.5", "", "0.5", "0.5"], Row(summary, 1)[..6]);

        var scores = SeedStudy.Scores(runs);
        Assert.Equal(["", "a", "b"], scores.Columns.Select(column => column.Name));
        Assert.Equal(["silhouette, classes", "0.2000 ± 0.1000", "0.1000"], Row(scores, 0));
        Assert.Equal(["silhouette, clusters", "", ""], Row(scores, 1));
        Assert.Equal(["accuracy", "0.8000 ± 0.1000", "0.5000"], Row(scores, 4));
        Assert.Equal(["ARI", "0.6000 ± 0.1000", "0.3000"], Row(scores, 6));

        Assert.Equal(["a", "b", "a", "a"], Enumerable.Range(0, 4).Select(row => Row(SeedStudy.EverySeed(runs), row)[0]));
    }

    [Fact]
    public void OnlyRunsWithTheScoresAskedForCount()
    {
        Run scored = Vade("a", 1, 0.9, 100), heldOut = Vade("a", 2, 0.8, 100) with { TestScores = new(0.6, 0.5, null, null, null, null) };
        var summary = SeedStudy.Summary([scored, heldOut, scored with { Scores = null }], run => run.TestScores);
        Assert.Equal(["a", "1", "0.6"], Row(summary, 0)[..3]);
        Assert.Equal(2, SeedStudy.Summary([scored, heldOut, scored with { Scores = null }]).Columns["seeds"][0]);
    }

    [Fact]
    public void RunsOfEarlierVersionsHaveNoAri()
    {
        Run now = Vade("a", 1, 0.9, 100), earlier = Vade("a", 2, 0.7, 100), only = Vade("b", 1, 0.5, 100);
        earlier = earlier with { Scores = earlier.Scores! with { AdjustedRandIndex = null } };
        only = only with { Scores = only.Scores! with { AdjustedRandIndex = null } };
        var summary = SeedStudy.Summary([now, earlier, only]);
        Assert.Equal([0.8, 0.7], new[] { (double)summary["mean accuracy"][0], (double)summary["mean ARI"][0] }.Select(value => Math.Round(value, 9)));
        Assert.Null(summary["mean ARI"][1]);
        Assert.Equal(["ARI", "0.7000", ""], Row(SeedStudy.Scores([now, earlier, only]), 6));
    }

    [Fact]
    public void PublishedScoresStandBesideMnistAlone()
    {
        var embedded = Mnist.LoadEmbedded();
        var own = SeedStudy.Scores([Vade("a", 1, 0.9, 100)]);
        var beside = PublishedScores.Beside(own, embedded);
        Assert.Equal(["", "a", "study: VAE", "study: VaDE", "paper: VaDE"], beside.Columns.Select(column => column.Name));
        Assert.Equal(["silhouette, classes", "0.1000", "0.089", "0.189", ""], Row(beside, 0));
        Assert.Equal(["accuracy", "0.9000", "", "0.8167", "0.9446"], Row(beside, 4));
        Assert.Equal(2, own.Columns.Count);

        // Other data under MNIST's name.
        var other = embedded.Select("MNIST 70,000", [.. Enumerable.Range(0, embedded.Count).Reverse()]);
        Assert.Equal(["", "a"], PublishedScores.Beside(own, other).Columns.Select(column => column.Name));
    }

    [Fact]
    public void CriteriaAreJudgedByTheOrderOfTheRunsAndByTheirChoice()
    {
        // The ELBO prefers the worst run; the information, which here is the accuracy less a constant, the best.
        Run[] runs = [Vade("a", 1, 0.9, 103, (-30, 0)), Vade("a", 2, 0.7, 101, (-20, 0)), Vade("b", 3, 0.8, 102)];
        var judged = UnsupervisedCriterion.Judge(runs);
        Assert.Equal(["negative ELBO", "3", "1", "0.7", "0.8", "0.7", "0.9"], Row(judged, 0).Select(Rounded));
        Assert.Equal(["−I(x; c)", "3", "-1", "0.9"], Row(judged, 1)[..4].Select(Rounded));
        Assert.Equal(["self-augmentation loss", "2", "-1", "0.9"], Row(judged, 2)[..4].Select(Rounded));
    }

    [Fact]
    public void StartsAreComparedAfterTheirTrials()
    {
        Run[] runs = [Vade("a", 7, 0.9, 100, (-30, 0.6), (-20, 0.5), (-10, 0.7)), Vade("a", 8, 0.9, 100, (-30, 0.6))];
        var judged = UnsupervisedCriterion.JudgeStarts(runs);
        Assert.Equal(1, judged.Rows.Count);
        Assert.Equal(["a, seed 7", "3", "0.5", "0.6", "0.6", "0.5", "0.7"], Row(judged, 0).Select(Rounded));
    }

    private static string Rounded(string cell) => double.TryParse(cell, System.Globalization.CultureInfo.InvariantCulture, out double number)
        ? Math.Round(number, 9).ToString(System.Globalization.CultureInfo.InvariantCulture) : cell;
}
