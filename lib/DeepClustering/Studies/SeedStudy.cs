using DeepClustering.Metrics;
using DeepClustering.Runs;
using Microsoft.Data.Analysis;

namespace DeepClustering.Studies;

/// <summary>Summarises runs of the same recipe with different seeds.</summary>
public static class SeedStudy
{
    /// <summary>The names and values of the scores, in the order of the tables.</summary>
    private static readonly (string Name, Func<ClusteringScores, double?> Value)[] _scores =
    [
        ("silhouette, classes", scores => scores.SilhouetteOfClasses),
        ("silhouette, clusters", scores => scores.SilhouetteOfClusters),
        ("Calinski-Harabasz, classes", scores => scores.CalinskiHarabaszOfClasses),
        ("Calinski-Harabasz, clusters", scores => scores.CalinskiHarabaszOfClusters),
        ("accuracy", scores => scores.Accuracy),
        ("V-measure", scores => scores.VMeasure),
        ("ARI", scores => scores.AdjustedRandIndex),
    ];

    /// <summary>The scores of every recipe, one row per score and one column per recipe: mean ± standard deviation over its seeds.</summary>
    /// <param name="runs">Runs with scores.</param>
    public static DataFrame Scores(IReadOnlyList<Run> runs)
    {
        var columns = from run in runs.Where(run => run.Scores is not null)
                      group run.Scores by run.Recipe into seeds
                      select new StringDataFrameColumn(seeds.Key, _scores.Select(score => SpreadOf(seeds.Select(scores => score.Value(scores!)))?.ToString()));
        return new([new StringDataFrameColumn("", _scores.Select(score => score.Name)), .. columns]);
    }

    /// <summary>Accuracy, V-measure and ARI of every recipe, one row per recipe: mean, standard deviation, median and lowest over its seeds.</summary>
    /// <param name="runs">Runs of any number of recipes.</param>
    /// <param name="scores">Which scores of a run; runs without them are left out. Those on the training data unless given.</param>
    public static DataFrame Summary(IEnumerable<Run> runs, Func<Run, ClusteringScores?>? scores = null)
    {
        scores ??= run => run.Scores;
        var recipes = runs.Where(run => scores(run) is not null).GroupBy(run => run.Recipe, run => scores(run)!)
            .Select(seeds => (Name: seeds.Key, Scores: seeds.ToArray()))
            .ToList();
        IEnumerable<DataFrameColumn> Columns(Func<ClusteringScores, double?> score, params (string Name, Func<Spread, double> Value)[] columns)
        {
            var spreads = recipes.Select(recipe => SpreadOf(recipe.Scores.Select(score))).ToList();
            return columns.Select(column => new DoubleDataFrameColumn(
                column.Name, spreads.Select(spread => spread is null || double.IsNaN(column.Value(spread)) ? null : (double?)column.Value(spread))));
        }
        return new(
        [
            new StringDataFrameColumn("recipe", recipes.Select(recipe => recipe.Name)),
            new Int32DataFrameColumn("seeds", recipes.Select(recipe => recipe.Scores.Length)),
            .. Columns(run => run.Accuracy,
                ("mean accuracy", s => s.Mean), ("± sd", s => s.Deviation), ("median", s => s.Median), ("lowest", s => s.Least)),
            .. Columns(run => run.VMeasure,
                ("mean V-measure", s => s.Mean), ("± sd of V", s => s.Deviation), ("median V", s => s.Median), ("lowest V", s => s.Least)),
            .. Columns(run => run.AdjustedRandIndex,
                ("mean ARI", s => s.Mean), ("± sd of ARI", s => s.Deviation), ("median ARI", s => s.Median), ("lowest ARI", s => s.Least)),
        ]);
    }

    /// <summary>Every run, one row per run: where its mixture started, what its figures are, and what needs no labels.</summary>
    /// <param name="runs">Runs in the order of the rows.</param>
    public static DataFrame EverySeed(IReadOnlyList<Run> runs) => new(
    [
        new StringDataFrameColumn("recipe", runs.Select(run => run.Recipe)),
        new Int64DataFrameColumn("seed", runs.Select(run => run.Seed)),
        new DoubleDataFrameColumn("accuracy at the start", runs.Select(run => run.StartAccuracy)),
        // Accuracy, V-measure and ARI, which Table 1 has last, come first here.
        .. _scores.TakeLast(3).Concat(_scores.SkipLast(3)).Select(score => new DoubleDataFrameColumn(score.Name, runs.Select(run => run.Scores is { } scores ? score.Value(scores) : null))),
        .. UnsupervisedCriterion.All.Select(criterion => new DoubleDataFrameColumn(criterion.Name, runs.Select(criterion.Of))),
        new DoubleDataFrameColumn("minutes", runs.Select(run => run.Stages.Sum(stage => stage.History.Sum(epoch => epoch.Seconds)) / 60)),
    ]);

    /// <summary>Where runs come from, one row per run.</summary>
    /// <param name="runs">Runs in the order of the rows.</param>
    public static DataFrame Overview(IReadOnlyList<Run> runs) => new(
        new StringDataFrameColumn("model", runs.Select(run => run.Model)),
        new StringDataFrameColumn("recipe", runs.Select(run => run.Recipe)),
        new StringDataFrameColumn("data", runs.Select(run => run.Provenance.Data)),
        new Int32DataFrameColumn("samples", runs.Select(run => run.Provenance.Samples)),
        new Int64DataFrameColumn("seed", runs.Select(run => run.Seed)),
        new StringDataFrameColumn("epochs", runs.Select(run => string.Join(" + ", run.Stages.Select(stage => stage.History.Count)))),
        new DoubleDataFrameColumn("seconds", runs.Select(run => run.Stages.Sum(stage => stage.History.Sum(epoch => epoch.Seconds)))),
        new StringDataFrameColumn("TorchSharp", runs.Select(run => run.Provenance.TorchSharp)),
        new Int32DataFrameColumn("threads", runs.Select(run => run.Provenance.Threads)));

    private static Spread? SpreadOf(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : Spread.Of(known);
    }
}
