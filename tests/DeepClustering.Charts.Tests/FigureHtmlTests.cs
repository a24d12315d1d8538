using System.Text.RegularExpressions;
using DeepClustering.Charts.Output;
using Xunit;

namespace DeepClustering.Charts.Tests;

/// <summary>In one class, because the environment variable is the process's.</summary>
public sealed class FigureHtmlTests
{
    private static readonly Figure _figure = TrainingCurvesChart.Plot("A <b> & </script> \u2028", [("</script><img src=x>", [2, 1])]);

    // Whoever runs the tests may have it set.
    public FigureHtmlTests() => Environment.SetEnvironmentVariable(FigureHtml.ModeVariable, null);

    [Fact]
    public void HoldsThePictureAndThePlot()
    {
        string html = ((INotebookOutput)_figure).ToHtml();
        Assert.Contains("src=\"data:image/png;base64," + Convert.ToBase64String(_figure.Png.Span), html);
        Assert.Contains("Plotly.newPlot(", html);
        Assert.Contains(FigureHtml.InScript(_figure.Json), html);
    }

    [Fact]
    public void TextCannotLeaveItsPlace()
    {
        // Of whatever this process showed first, only the last fragment is the figure's own.
        string html = ((INotebookOutput)_figure).ToHtml();
        string own = html[html.LastIndexOf("<div class=\"figure-", StringComparison.Ordinal)..];
        Assert.Single(Regex.Matches(own, "<script"));
        Assert.Single(Regex.Matches(own, "</script"));
        Assert.Single(Regex.Matches(own, "<img"));
        Assert.Contains("alt=\"A &lt;b&gt; &amp; &lt;/script&gt;", own);
        string script = own[own.IndexOf("<script>", StringComparison.Ordinal)..];
        Assert.DoesNotContain("\u2028", script);
        Assert.Contains("\\u003c/script>", script);
    }

    [Fact]
    public void TheSameFigureGivesTheSameHtml()
    {
        _ = ((INotebookOutput)_figure).ToHtml();
        Assert.Equal(((INotebookOutput)_figure).ToHtml(), ((INotebookOutput)_figure).ToHtml());
    }

    [Fact]
    public void StaticModeIsThePictureAlone()
    {
        Environment.SetEnvironmentVariable(FigureHtml.ModeVariable, "static");
        try
        {
            string html = ((INotebookOutput)_figure).ToHtml();
            Assert.StartsWith("<img src=\"data:image/png;base64,", html);
            Assert.DoesNotContain("<script", html);
            Assert.DoesNotContain("Plotly", html);
        }
        finally
        {
            Environment.SetEnvironmentVariable(FigureHtml.ModeVariable, null);
        }
    }

    [Theory]
    [InlineData(new[] { "DejaVu Serif", "DejaVu Sans", "Liberation Sans" }, "Liberation Sans")]
    [InlineData(new[] { "Symbols" }, "Symbols")]
    [InlineData(new[] { "" }, null)]
    public void ASansSerifFontIsPreferred(string[] installed, string? expected) =>
        Assert.Equal(expected, Typefaces.Choose(installed));
}
