using DeepClustering.Metrics;
using DeepClustering.Studies;
using Microsoft.Data.Analysis;
using Xunit;

namespace DeepClustering.Charts.Tests;

public class DataFramesTests
{
    [Fact]
    public void ScoresHaveARowEachAndUndefinedOnesNoValue()
    {
        var frame = new ClusteringScores(0.9, 0.8, 0.3, null, 100, null, 0.7).ToDataFrame();
        Assert.Equal(
            ["accuracy", "V-measure", "ARI", "silhouette, classes", "silhouette, clusters", "Calinski-Harabasz, classes", "Calinski-Harabasz, clusters"],
            frame.Columns["score"].Cast<string>());
        Assert.Equal([0.9, 0.8, 0.7, 0.3, null, 100.0, null], Column(frame, "value"));
    }

    [Fact]
    public void MethodsKeepTheirOrder()
    {
        var ladder = new LadderRow[] { new("k-means", 0.5, 0.4, 0.3, 2), new("VaDE", 0.9, 0.8, 0.7, 60) }.ToDataFrame();
        Assert.Equal(["method", "accuracy", "V-measure", "ARI", "seconds"], ladder.Columns.Select(column => column.Name));
        Assert.Equal(["VaDE", 0.9, 0.8, 0.7, 60.0], ladder.Rows[1]);

        var baselines = new Baselines[] { new("this model", 1, null), new("k-means", 0.6, null) }.ToDataFrame();
        Assert.Equal(["this model", "k-means"], Column(baselines, "method"));
        Assert.Equal([1.0, 0.6], Column(baselines, "agreement (ARI)"));
        Assert.Equal([null, null], Column(baselines, "accuracy"));
    }

    [Fact]
    public void ColumnsAndWhatTellsClustersApartAreNamed()
    {
        var columns = new ColumnSummary[] { new("height", 1, 2, 4, 0.5) }.ToDataFrame();
        Assert.Equal(["column", "least", "mean", "greatest", "standard deviation"], columns.Columns.Select(column => column.Name));
        Assert.Equal(["height", 1.0, 2.0, 4.0, 0.5], columns.Rows[0]);

        var features = new DistinguishingFeature[] { new(3, "height", 2, 1, double.PositiveInfinity) }.ToDataFrame();
        Assert.Equal([3, "height", 2.0, 1.0, double.PositiveInfinity], features.Rows[0]);
    }

    private static IEnumerable<object?> Column(DataFrame frame, string name) => frame.Columns[name].Cast<object?>();
}
