using System.Text.Json;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class TrainingCurvesChartTests
{
    [Fact]
    public void EpochsCountFromOne()
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [300, 200.5, 180])]);
        using var json = JsonDocument.Parse(figure.Json);
        var trace = json.RootElement.GetProperty("data")[0];
        Assert.Equal("lines", trace.GetProperty("mode").GetString());
        Assert.Equal([1, 2, 3], trace.GetProperty("x").EnumerateArray().Select(x => x.GetInt32()));
        Assert.Equal([300, 200.5, 180], trace.GetProperty("y").EnumerateArray().Select(y => y.GetDouble()));
        var layout = json.RootElement.GetProperty("layout");
        Assert.Equal("Training", layout.GetProperty("title").GetProperty("text").GetString());
        Assert.Equal(1, layout.GetProperty("xaxis").GetProperty("dtick").GetInt32());
        Assert.False(layout.TryGetProperty("yaxis2", out _));
        Assert.Equal("Training\n3 epochs; at the end: loss 180", figure.ToString());
    }

    [Fact]
    public void SharesHaveAnAxisFromZeroToOne()
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [300, 200])], [("accuracy", [0.5, 0.9])]);
        using var json = JsonDocument.Parse(figure.Json);
        Assert.Equal("y2", json.RootElement.GetProperty("data")[1].GetProperty("yaxis").GetString());
        var axis = json.RootElement.GetProperty("layout").GetProperty("yaxis2");
        Assert.Equal([0, 1], axis.GetProperty("range").EnumerateArray().Select(end => end.GetInt32()));
        Assert.Equal("right", axis.GetProperty("side").GetString());
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void ADivergedRunLeavesAGap(double value)
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [300, value, 200]), ("all lost", [value])]);
        using var json = JsonDocument.Parse(figure.Json);
        Assert.Equal("NaN", json.RootElement.GetProperty("data")[0].GetProperty("y")[1].GetString());
        using var picture = Pictures.Decode(figure.Png);
        Assert.Equal((800, 480), (picture.Width, picture.Height));
    }

    [Fact]
    public void ASingleEpochIsADot()
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [300])]);
        using var picture = Pictures.Decode(figure.Png);
        // The legend's line lies at the bottom.
        Assert.Contains(picture.Pixels.Take(800 * 400), color => color.Blue > color.Red + 80);
    }

    [Fact]
    public void NothingToPlotIsRefused()
    {
        Assert.Throws<ArgumentException>("series", () => TrainingCurvesChart.Plot("Training", []));
        Assert.Contains("\"loss\"", Assert.Throws<ArgumentException>("series", () => TrainingCurvesChart.Plot("Training", [("loss", [])])).Message);
        Assert.Throws<ArgumentException>("shares", () => TrainingCurvesChart.Plot("Training", [("loss", [1])], [("accuracy", [])]));
        Assert.Contains("\"accuracy\"", Assert.Throws<ArgumentException>("shares", () => TrainingCurvesChart.Plot("Training", [("loss", [1])], [("accuracy", [94.5])])).Message);
    }
}
