using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;
using Plotly.NET.CSharp;
using SkiaSharp;
using TorchSharp;
using Xunit;
using Chart = Plotly.NET.CSharp.Chart;
using GenericChart = Plotly.NET.GenericChart;

namespace DeepClustering.Charts.Tests;

/// <summary>The library's figures as charts of Plotly.NET, and charts of Plotly.NET as figures.</summary>
public sealed class PlotlyChartTests
{
    private static readonly string[] _names = ["a", "b", "c"];

    public static TheoryData<Figure> Figures
    {
        get
        {
            using var scope = torch.NewDisposeScope();
            var latents = torch.arange(40, torch.float64).reshape(10, 4).sin();
            int[] labels = [.. Enumerable.Range(0, 10).Select(i => i % 2)];
            return
            [
                TrainingCurvesChart.Plot("Training <γ>", [("loss", [3, double.NaN, 1.5])], [("accuracy", [0.5, 0.75, 1])]),
                ConfusionMatrixChart.Plot(new[,] { { 3, 0 }, { 1, 2 } }),
                LatentSpaceChart.Plot(latents, labels, mixture: (latents.narrow(0, 0, 2), torch.ones(2, 4, dtype: torch.float64))),
            ];
        }
    }

    [Theory]
    [MemberData(nameof(Figures))]
    public void AFigureIsAChartOfTheSameJson(Figure figure)
    {
        var json = JsonNode.Parse(GenericChart.toFigureJson(figure.ToChart()))!;
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.Json)!["data"], Numbers(json["data"])), json["data"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(figure.Json)!["layout"], Numbers(json["layout"])), json["layout"]!.ToJsonString());
        Assert.Equal(figure.Png.ToArray(), Figure.Of(figure.ToChart()).Png.ToArray());
    }

    [Fact]
    public void AChartIsStyledAndTheRestStays()
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [3, 2, 1])]);
        var styled = Plotly.NET.Chart.withTitle("Mine", null).Invoke(figure.ToChart()).WithXAxisStyle<double, double, string>(TitleText: "step");
        var layout = JsonNode.Parse(Figure.Of(styled).Json)!["layout"]!;
        Assert.Equal("Mine", (string?)layout["title"]!["text"]);
        Assert.Equal("step", (string?)layout["xaxis"]!["title"]!["text"]);
        Assert.Equal("#e5e5e5", (string?)layout["xaxis"]!["gridcolor"]);
        Assert.Equal("nats per sample", (string?)layout["yaxis"]!["title"]!["text"]);
        Assert.Equal("Mine", Figure.Of(styled).Title);
        // What was handed out is not the figure's own.
        Assert.Equal("Training", (string?)JsonNode.Parse(figure.Json)!["layout"]!["title"]!["text"]);
    }

    [Fact]
    public void ChartsAreShownWithPictureAndScript()
    {
        Assert.NotNull(typeof(Formatter).Assembly);
        NotebookFormatting.Register();
        var chart = Chart.Point<double, double, string>([1, 2, 3], [1, 4, 9], Name: "squares");
        Assert.Equal(["text/html", "image/png", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(GenericChart)));
        string html = chart.ToDisplayString("text/html");
        Assert.Contains("Plotly.newPlot(", html);
        Assert.DoesNotContain("require", html[html.LastIndexOf("<div class=\"figure-", StringComparison.Ordinal)..]);
        Assert.DoesNotContain("https://", html[html.LastIndexOf("<div class=\"figure-", StringComparison.Ordinal)..]);
        Assert.Equal("scatter \"squares\" of 3 points", chart.ToDisplayString("text/plain"));
        Assert.Equal(Figure.Of(chart).Png.ToArray(), Convert.FromBase64String(chart.ToDisplayString("image/png")));
    }

    [Fact]
    public void PointsAreWhereTheyBelong()
    {
        // A red point at the lower left, a blue one at the upper right, and the axes' ranges given.
        var red = Chart.Point<double, double, string>([0], [0], MarkerColor: Plotly.NET.Color.fromString("red"));
        var blue = Chart.Point<double, double, string>([1], [1], MarkerColor: Plotly.NET.Color.fromHex("#0000ff"));
        using var picture = Pictures.Decode(Figure.Of(Chart.Combine([red, blue])).Png);
        var (rx, ry) = Centre(picture, color => color is { Red: > 200, Green: < 60, Blue: < 60 });
        var (bx, by) = Centre(picture, color => color is { Red: < 60, Green: < 60, Blue: > 200 });
        Assert.True(bx - rx > picture.Width / 3.0 && ry - by > picture.Height / 3.0);
    }

    [Fact]
    public void BarsAreAsLongAsTheirValues()
    {
        var colours = Plotly.NET.Color.fromString("#ff0000");
        var chart = Chart.Column<double, string, string>([1, 3, 2], _names, MarkerColor: colours);
        using var picture = Pictures.Decode(Figure.Of(chart).Png);
        int[] heights = Columns(picture).Where(height => height > 0).ToArray();
        // Three runs of columns, one a bar.
        int largest = heights.Max();
        Assert.Equal(3, heights.Select(height => (int)Math.Round(3.0 * height / largest)).Distinct().Count());
    }

    [Fact]
    public void AHistogramCounts()
    {
        var chart = Chart.Histogram<double, double, string>(X: new[] { 0.1, 0.2, 0.3, 1.5 }, MarkerColor: Plotly.NET.Color.fromString("#ff0000"));
        using var picture = Pictures.Decode(Figure.Of(chart).Png);
        int[] heights = Columns(picture).Where(height => height > 0).Order().ToArray();
        Assert.InRange((double)heights[^1] / heights[heights.Length / 20], 2.8, 3.2);
    }

    [Fact]
    public void AHeatmapsFirstRowIsAtTheBottom()
    {
        double[][] z = [[0, 0], [1, 1]];
        var chart = Chart.Heatmap<double, string, string, string>(z, ShowScale: false);
        using var picture = Pictures.Decode(Figure.Of(chart).Png);
        SKColor upper = picture.GetPixel(picture.Width / 2 + 40, picture.Height / 3), lower = picture.GetPixel(picture.Width / 2 + 40, picture.Height * 2 / 3);
        Assert.NotEqual(upper, lower);
        // The scale of Plotly.NET's own template ends in a light yellow.
        Assert.True(upper.Red > 200, $"{upper} above {lower}");
    }

    [Fact]
    public void DatesLogarithmsAndStacksAreDrawn()
    {
        DateTime[] days = [new(2026, 1, 1), new(2026, 2, 1), new(2026, 3, 1)];
        var dates = Chart.Line<DateTime, double, string>(days, [1, 2, 3]);
        var logarithmic = Chart.Line<double, double, string>([1, 2, 3], [1, 10, 100]).WithYAxisStyle<double, double, string>(AxisType: Plotly.NET.StyleParam.AxisType.Log);
        var stacked = Chart.Combine([Chart.StackedColumn<double, string, string>([1, 2, 3], _names), Chart.StackedColumn<double, string, string>([3, 2, 1], _names)]);
        foreach (var chart in new[] { dates, logarithmic, stacked })
        {
            Assert.DoesNotContain("no static picture", Figure.Of(chart).Summary);
            Assert.NotEmpty(Figure.Of(chart).Png.ToArray());
        }
    }

    [Fact]
    public void WhatCannotBeDrawnIsSaid()
    {
        double[][] z = [[0, 1], [1, 2]];
        var surface = Figure.Of(Chart.Surface<double, double, double, string>(z));
        Assert.EndsWith("no static picture of a trace of type surface", surface.Summary);
        Assert.Contains("\"surface\"", surface.Json);
        using var picture = Pictures.Decode(surface.Png);
        Assert.True(picture.Width > 0);
        var layout = new Plotly.NET.Layout();
        layout.SetProperty("annotations", new[] { new { x = 1, y = 1, text = "here" } });
        var annotated = GenericChart.addLayout(layout, Chart.Point<double, double, string>([1], [1]));
        Assert.EndsWith("no static picture of annotations", Figure.Of(annotated).Summary);
    }

    /// <summary>Numbers as this library writes them: 2 for 2.0.</summary>
    private static JsonNode? Numbers(JsonNode? node) => JsonNode.Parse(System.Text.RegularExpressions.Regex.Replace(node!.ToJsonString(), @"(?<=\d)\.0(?=[,\]}])", ""));

    private static (double X, double Y) Centre(SKBitmap picture, Func<SKColor, bool> matches)
    {
        int[] found = picture.Pixels.Index().Where(pixel => matches(pixel.Item)).Select(pixel => pixel.Index).ToArray();
        Assert.NotEmpty(found);
        return (found.Average(i => i % picture.Width), found.Average(i => i / picture.Width));
    }

    /// <summary>How many pixels of each column are red.</summary>
    private static int[] Columns(SKBitmap picture) =>
        [.. Enumerable.Range(0, picture.Width).Select(x => Enumerable.Range(0, picture.Height).Count(y => picture.GetPixel(x, y) is { Red: > 240, Green: < 30, Blue: < 30 }))];
}
