using DeepClustering.Charts.Output;
using Microsoft.Data.Analysis;
using Xunit;

namespace DeepClustering.Charts.Tests;

public sealed class ResultsTableTests
{
    private static readonly ResultsTable _table = ResultsTable.From(
        new DataFrame(
            new StringDataFrameColumn("model", ["VAE + k-means", "VaDE <b>", null]),
            new DoubleDataFrameColumn("accuracy", [0.81234567, 0.94461, null]),
            new Int32DataFrameColumn("points", [70000, 1, 2])),
        "Runs & seeds");

    [Fact]
    public void PlainTextIsAligned() => Assert.Equal(
        """
        Runs & seeds
        model          accuracy  points
        -------------  --------  ------
        VAE + k-means    0.8123   70000
        VaDE <b>         0.9446       1
                                      2
        """,
        _table.ToString());

    [Fact]
    public void HtmlIsEscaped()
    {
        string html = ((INotebookOutput)_table).ToHtml();
        Assert.Contains("<caption>Runs &amp; seeds</caption>", html);
        Assert.Contains("<td style=\"text-align:left\">VaDE &lt;b&gt;</td><td style=\"text-align:right\">0.9446</td>", html);
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.0, "1.000")]
    [InlineData(-123.456, "-123.5")]
    [InlineData(123456.7, "123457")]
    [InlineData(0.00012345, "0.0001234")]
    [InlineData(1e-6, "1.000E-6")]
    [InlineData(double.NaN, "NaN")]
    public void NumbersHaveFourSignificantDigits(double value, string expected) =>
        Assert.Equal(expected, new ResultsTable("", ["x"], [[value]]).Rows[0][0]);

    [Fact]
    public void RowsOfAnotherLengthAreRefused()
    {
        Assert.Contains("Row 1", Assert.Throws<ArgumentException>("rows", () => new ResultsTable("", ["x", "y"], [[1, 2], [1]])).Message);
        Assert.Throws<ArgumentException>("columns", () => ResultsTable.From(new DataFrame()));
    }
}
