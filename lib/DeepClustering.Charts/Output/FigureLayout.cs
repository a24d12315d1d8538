using Plotly.NET;

namespace DeepClustering.Charts.Output;

/// <summary>The look that all figures share. Runs inside <see cref="PlotlyIsland"/>.</summary>
internal static class FigureLayout
{
    /// <summary>Attributes of a linear axis, by their names in plotly.js; a chart adds its own.</summary>
    public static Dictionary<string, object> Axis(string title) => new()
    {
        ["title"] = new { text = title },
        // Given, because plotly.js would guess "category" from a column of gaps.
        ["type"] = "linear",
        ["gridcolor"] = "#e5e5e5",
        ["linecolor"] = "#444444",
        ["ticks"] = "outside",
        ["zeroline"] = false,
        ["automargin"] = true,
    };

    /// <summary>The figure as JSON, with a right-hand axis where one is given.</summary>
    public static string ToJson(
        GenericChart chart,
        string title,
        int height,
        Dictionary<string, object> xAxis,
        Dictionary<string, object> yAxis,
        Dictionary<string, object>? rightAxis = null,
        Dictionary<string, object>? legend = null,
        string? pictures = null)
    {
        var layout = new Layout();
        layout.SetProperty("title", new { text = title, x = 0.5 });
        layout.SetProperty("height", height);
        layout.SetProperty("paper_bgcolor", "white");
        layout.SetProperty("plot_bgcolor", "white");
        layout.SetProperty("margin", new { t = 60, r = 30 });
        layout.SetProperty("xaxis", xAxis);
        layout.SetProperty("yaxis", yAxis);
        if (rightAxis is not null)
        {
            layout.SetProperty("yaxis2", rightAxis);
        }

        if (legend is not null)
        {
            layout.SetProperty("legend", legend);
        }

        if (pictures is not null)
        {
            // Not part of plotly.js: FigureHtml's script shows them.
            layout.SetProperty("meta", new
            {
                pictures = "data:image/png;base64," + pictures,
                pitch = DigitGrid.Side + DigitGrid.Gap,
                side = DigitGrid.Side,
                inARow = PointDetails.PicturesInARow,
            });
        }

        return GenericChart.toFigureJson(GenericChart.addLayout(layout, chart));
    }
}
