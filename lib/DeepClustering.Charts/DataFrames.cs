using DeepClustering.Metrics;
using DeepClustering.Studies;
using Microsoft.Data.Analysis;

namespace DeepClustering.Charts;

/// <summary>Results as data frames, to be shown by <see cref="ResultsTable.From(DataFrame, string)"/> or worked on.</summary>
public static class DataFrames
{
    /// <summary>The scores, a row each: "score" and "value".</summary>
    public static DataFrame ToDataFrame(this ClusteringScores scores) => new(
        new StringDataFrameColumn("score", ["accuracy", "V-measure", "ARI", "silhouette, classes", "silhouette, clusters", "Calinski-Harabasz, classes", "Calinski-Harabasz, clusters"]),
        new DoubleDataFrameColumn("value", new double?[]
        {
            scores.Accuracy, scores.VMeasure, scores.AdjustedRandIndex,
            scores.SilhouetteOfClasses, scores.SilhouetteOfClusters, scores.CalinskiHarabaszOfClasses, scores.CalinskiHarabaszOfClusters,
        }));

    /// <summary>The ladder, a row for each method: its scores and seconds.</summary>
    public static DataFrame ToDataFrame(this IReadOnlyList<LadderRow> ladder) => new(
        new StringDataFrameColumn("method", ladder.Select(row => row.Method)),
        new DoubleDataFrameColumn("accuracy", ladder.Select(row => row.Accuracy)),
        new DoubleDataFrameColumn("V-measure", ladder.Select(row => row.VMeasure)),
        new DoubleDataFrameColumn("ARI", ladder.Select(row => row.AdjustedRandIndex)),
        new DoubleDataFrameColumn("seconds", ladder.Select(row => row.Seconds)));

    /// <summary>Plain methods, a row each: how far they agree with the model and, with labels, their accuracies.</summary>
    public static DataFrame ToDataFrame(this IReadOnlyList<Baselines> baselines) => new(
        new StringDataFrameColumn("method", baselines.Select(row => row.Method)),
        new DoubleDataFrameColumn("agreement (ARI)", baselines.Select(row => row.Agreement)),
        new DoubleDataFrameColumn("accuracy", baselines.Select(row => row.Accuracy)));

    /// <summary>A row for each column of a table: its range, mean and standard deviation.</summary>
    public static DataFrame ToDataFrame(this IReadOnlyList<ColumnSummary> columns) => new(
        new StringDataFrameColumn("column", columns.Select(column => column.Column)),
        new DoubleDataFrameColumn("least", columns.Select(column => column.Least)),
        new DoubleDataFrameColumn("mean", columns.Select(column => column.Mean)),
        new DoubleDataFrameColumn("greatest", columns.Select(column => column.Greatest)),
        new DoubleDataFrameColumn("standard deviation", columns.Select(column => column.StandardDeviation)));

    /// <summary>What tells the clusters apart, a row for each cluster and column.</summary>
    public static DataFrame ToDataFrame(this IReadOnlyList<DistinguishingFeature> features) => new(
        new Int32DataFrameColumn("cluster", features.Select(feature => feature.Cluster)),
        new StringDataFrameColumn("column", features.Select(feature => feature.Column)),
        new DoubleDataFrameColumn("mean in the cluster", features.Select(feature => feature.Inside)),
        new DoubleDataFrameColumn("mean of the others", features.Select(feature => feature.Outside)),
        new DoubleDataFrameColumn("difference / sd", features.Select(feature => feature.Difference)));
}
