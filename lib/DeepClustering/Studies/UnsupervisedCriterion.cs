using DeepClustering.Metrics;
using DeepClustering.Runs;
using DeepClustering.Training;
using Microsoft.Data.Analysis;

namespace DeepClustering.Studies;

/// <summary>A figure of a run that needs no labels, low where the run should be good.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Of">Computes its value for a run; null if the run has none.</param>
public sealed record UnsupervisedCriterion(string Name, Func<Run, double?> Of)
{
    /// <summary>The stage whose loss has the term.</summary>
    private const string WarmUp = "warm-up";

    /// <summary>Every criterion; the last epoch of its stage counts.</summary>
    public static IReadOnlyList<UnsupervisedCriterion> All { get; } =
    [
        new("negative ELBO", run => Final(run)?.Loss),
        new("−I(x; c)", run => -Final(run)?.Diagnostics?.MutualInformation),
        new("self-augmentation loss", run => Last(run.Stages.FirstOrDefault(stage => stage.Name == WarmUp))?.SelfAugmentationLoss),
    ];

    /// <summary>How well each criterion tells good runs from bad ones, one row per criterion.</summary>
    /// <remarks>"ρ with accuracy" is Spearman's, −1 for a perfect criterion; "picks" is the accuracy of the run that it would choose.</remarks>
    /// <param name="runs">VaDEs with scores.</param>
    public static DataFrame Judge(IReadOnlyList<Run> runs) => Table(
        "criterion", All.Select(criterion => new Judgement(criterion.Name, from run in runs select (criterion.Of(run), run.Scores?.Accuracy))));

    /// <summary>How well the self-augmentation loss after a short trial tells the starts of a run from each other, one row per run.</summary>
    /// <inheritdoc cref="Judge"/>
    public static DataFrame JudgeStarts(IReadOnlyList<Run> runs) => Table(
        "starts of", from run in runs
                     let trials = Trials(run)
                     where trials.Count > 1
                     select new Judgement(FormattableString.Invariant($"{run.Recipe}, seed {run.Seed}"), from epoch in trials select (epoch.SelfAugmentationLoss, epoch.Accuracy)));

    private static Epoch? Final(Run run) => run.Stages is [.., var stage] ? Last(stage) : null;

    private static Epoch? Last(Stage? stage) => stage?.History is [.., var last] ? last : null;

    /// <summary>Each start after as many epochs as all of them had.</summary>
    private static IReadOnlyList<Epoch> Trials(Run run)
    {
        var left = run.Stages.Where(stage => stage.Name.StartsWith("start ", StringComparison.Ordinal)).ToList();
        int tried = left.Select(stage => stage.History.Count).DefaultIfEmpty().Min();
        return tried > 0 ? [.. run.Stages.Where(stage => stage.Name == WarmUp).Concat(left).Select(stage => stage.History[tried - 1])] : [];
    }

    private static DataFrame Table(string title, IEnumerable<Judgement> judgements)
    {
        Judgement[] rows = [.. judgements.Where(judgement => judgement.Count > 0)];
        return new(
            new StringDataFrameColumn(title, rows.Select(row => row.Name)),
            new Int32DataFrameColumn("number", rows.Select(row => row.Count)),
            new DoubleDataFrameColumn("ρ with accuracy", rows.Select(row => row.Correlation)),
            new DoubleDataFrameColumn("picks", rows.Select(row => row.Picked)),
            new DoubleDataFrameColumn("mean", rows.Select(row => row.Accuracies.Average())),
            new DoubleDataFrameColumn("lowest", rows.Select(row => row.Accuracies.Min())),
            new DoubleDataFrameColumn("highest", rows.Select(row => row.Accuracies.Max())));
    }

    private sealed class Judgement
    {
        private readonly double[] _criteria;

        public Judgement(string name, IEnumerable<(double? Criterion, double? Accuracy)> pairs)
        {
            var known = pairs.Where(pair => pair is { Criterion: not null, Accuracy: not null }).ToList();
            Name = name;
            _criteria = [.. known.Select(pair => pair.Criterion!.Value)];
            Accuracies = [.. known.Select(pair => pair.Accuracy!.Value)];
        }

        public string Name { get; }

        public double[] Accuracies { get; }

        public int Count => _criteria.Length;

        public double? Correlation => RankCorrelation.Score(_criteria, Accuracies) is var rho && double.IsNaN(rho) ? null : rho;

        public double Picked => Accuracies[Array.IndexOf(_criteria, _criteria.Min())];
    }
}
