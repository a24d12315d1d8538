using Microsoft.DotNet.Interactive.Formatting;
using TorchSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

/// <summary>What .NET Interactive's own formatter makes of the values.</summary>
public sealed class NotebookFormattingTests
{
    [Fact]
    public void AFigureIsHtmlPictureAndText()
    {
        var figure = TrainingCurvesChart.Plot("Training", [("loss", [2, 1])]);
        Assert.Equal(["text/html", "image/png", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(Figure)));
        Assert.Contains("Plotly.newPlot(", figure.ToDisplayString("text/html"));
        Assert.Equal(figure.Png.ToArray(), Convert.FromBase64String(figure.ToDisplayString("image/png")));
        Assert.Equal("Training\n2 epochs; at the end: loss 1", figure.ToDisplayString("text/plain"));
    }

    [Fact]
    public void AGridIsHtmlPictureAndText()
    {
        using var images = torch.zeros(2, 784);
        var grid = ImageGrid.From(images);
        Assert.Equal(["text/html", "image/png", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(ImageGrid)));
        Assert.StartsWith("<img ", grid.ToDisplayString("text/html"));
        Assert.Equal(grid.Png.ToArray(), Convert.FromBase64String(grid.ToDisplayString("image/png")));
        Assert.Equal("2 pictures, 1 × 2", grid.ToDisplayString("text/plain"));
    }

    [Fact]
    public void ATableIsHtmlAndText()
    {
        var table = new ResultsTable("", ["x"], [[1]]);
        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(ResultsTable)));
        Assert.StartsWith("<table>", table.ToDisplayString("text/html"));
        Assert.Equal("x\n-\n1", table.ToDisplayString("text/plain"));
    }
}
