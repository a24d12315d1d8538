using DeepClustering.Charts.Output;
using Plotly.NET;

namespace DeepClustering.Charts;

/// <summary>A chart: interactive in a notebook's page, and the same picture as a PNG everywhere else.</summary>
/// <remarks>
/// In a notebook a figure that is a cell's result shows itself as text/html, image/png and text/plain. The HTML holds
/// the picture and replaces it by the interactive plot where scripts run. With the environment variable
/// <c>WORKBOOK_FIGURES=static</c> the HTML is the picture alone.
/// </remarks>
[TypeFormatterSource(typeof(NotebookFormatterSource), PreferredMimeTypes = ["text/html", "image/png", "text/plain"])]
public sealed class Figure : INotebookPicture
{
    internal Figure(string title, string summary, string json, bool hasPictures = false)
    {
        HasPictures = hasPictures;
        Title = title;
        Summary = summary;
        Json = json;
        Png = StaticRenderer.Draw(json);
    }

    /// <summary>The figure's heading.</summary>
    public string Title { get; }

    /// <summary>A one-line description of what the figure shows.</summary>
    public string Summary { get; }

    /// <summary>The figure as plotly.js JSON: an object with <c>data</c> and <c>layout</c>.</summary>
    public string Json { get; }

    /// <summary>Whether the layout's <c>meta</c> holds a picture for each point.</summary>
    internal bool HasPictures { get; }

    /// <summary>The figure as an encoded PNG, 800 pixels wide unless a Plotly.NET chart says otherwise.</summary>
    public ReadOnlyMemory<byte> Png { get; }

    /// <summary>A Plotly.NET chart as a figure, with a picture and a line of text.</summary>
    /// <param name="chart">
    /// Any chart; it is not changed. The picture draws scatter, line, bar and column charts, histograms and heatmaps on one
    /// pair of axes; for others it is a card that names what cannot be drawn, as <see cref="Summary"/> does.
    /// </param>
    /// <returns>The figure.</returns>
    public static Figure Of(GenericChart chart) => ChartConversion.ToFigure(chart);

    /// <summary>The figure as a Plotly.NET chart, to style further; as a cell's result, that chart is shown like a figure.</summary>
    /// <returns>A new chart, which shares nothing with the figure.</returns>
    public GenericChart ToChart() => ChartConversion.ToChart(Json);

    /// <summary>The title, if there is one, and the summary on a line of its own.</summary>
    public override string ToString() => Title.Length > 0 ? $"{Title}\n{Summary}" : Summary;

    string INotebookOutput.ToHtml() => FigureHtml.Write(this, Json, HasPictures);
}
