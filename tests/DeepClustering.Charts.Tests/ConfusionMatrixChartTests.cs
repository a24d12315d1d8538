using System.Text.Json;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class ConfusionMatrixChartTests
{
    private static readonly int[,] _counts = { { 90, 0, 10 }, { 0, 100, 0 } };

    [Fact]
    public void RowsAreClassesFromTopToBottom()
    {
        var figure = ConfusionMatrixChart.Plot(_counts, ["zero", "one"], ["a", "b", "b"]);
        using var json = JsonDocument.Parse(figure.Json);
        var trace = json.RootElement.GetProperty("data")[0];
        Assert.Equal("heatmap", trace.GetProperty("type").GetString());
        Assert.Equal("%{z}", trace.GetProperty("texttemplate").GetString());
        Assert.Equal([90, 0, 10, 0, 100, 0], trace.GetProperty("z").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(z => z.GetInt32()));
        var layout = json.RootElement.GetProperty("layout");
        Assert.Equal("reversed", layout.GetProperty("yaxis").GetProperty("autorange").GetString());
        Assert.Equal(["zero", "one"], layout.GetProperty("yaxis").GetProperty("ticktext").EnumerateArray().Select(name => name.GetString()));
        // Two clusters with one name stay two columns.
        Assert.Equal(["a", "b", "b"], layout.GetProperty("xaxis").GetProperty("ticktext").EnumerateArray().Select(name => name.GetString()));
        Assert.StartsWith("200 points", figure.Summary);
    }

    [Fact]
    public void ThePictureIsDarkWhereCountsAreLarge()
    {
        using var picture = Pictures.Decode(ConfusionMatrixChart.Plot(_counts).Png);
        // Off the cells' middles, where the counts stand.
        Assert.True(picture.GetPixel(130, 100).Red < 60);
        Assert.True(picture.GetPixel(430, 100).Red > 200);
        Assert.True(picture.GetPixel(130, 500).Red > 200);
        Assert.True(picture.GetPixel(430, 500).Red < 60);
    }

    [Fact]
    public void AllZeroIsStillAMatrix()
    {
        using var picture = Pictures.Decode(ConfusionMatrixChart.Plot(new int[2, 2]).Png);
        Assert.Equal((800, 600), (picture.Width, picture.Height));
    }

    [Fact]
    public void WrongSizesAreRefused()
    {
        Assert.Throws<ArgumentException>("counts", () => ConfusionMatrixChart.Plot(new int[0, 3]));
        Assert.Throws<ArgumentException>("counts", () => ConfusionMatrixChart.Plot(new[,] { { 1, -1 } }));
        Assert.Throws<ArgumentException>("rowLabels", () => ConfusionMatrixChart.Plot(_counts, ["zero"]));
        Assert.Throws<ArgumentException>("columnLabels", () => ConfusionMatrixChart.Plot(_counts, columnLabels: ["zero"]));
    }
}
