using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeepClustering.Charts.Output;

/// <summary>Figures as plotly.js takes them, with the look that all of this library's share.</summary>
/// <remarks>
/// Written without Plotly.NET, whose F# does not load in a kernel with an older FSharp.Core, as .NET Interactive's tool is.
/// </remarks>
internal static class FigureJson
{
    private static readonly JsonSerializerOptions _options = new()
    {
        // plotly.js reads the string "NaN" as a gap.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

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

    /// <summary>A scatter trace: points at (x, y) with a name for the legend; a chart adds how they look.</summary>
    /// <param name="name">The legend's text.</param>
    /// <param name="mode">What is drawn: "lines", "markers", "markers+text", ….</param>
    /// <param name="x">N abscissae.</param>
    /// <param name="y">N ordinates; NaN leaves a gap.</param>
    public static Dictionary<string, object> Scatter<T>(string name, string mode, T[] x, double[] y) => new()
    {
        ["type"] = "scatter",
        ["name"] = name,
        ["mode"] = mode,
        ["x"] = x,
        ["y"] = y,
    };

    /// <summary>The whole figure, with a right-hand axis and data that plotly.js does not read (<c>meta</c>) where they are given.</summary>
    public static string Write(
        IEnumerable<Dictionary<string, object>> traces,
        string title,
        int height,
        Dictionary<string, object> xAxis,
        Dictionary<string, object> yAxis,
        Dictionary<string, object>? rightAxis = null,
        Dictionary<string, object>? legend = null,
        object? meta = null)
    {
        var layout = new Dictionary<string, object>
        {
            ["title"] = new { text = title, x = 0.5 },
            ["height"] = height,
            ["paper_bgcolor"] = "white",
            ["plot_bgcolor"] = "white",
            ["margin"] = new { t = 60, r = 30 },
            ["xaxis"] = xAxis,
            ["yaxis"] = yAxis,
        };
        if (rightAxis is not null)
        {
            layout["yaxis2"] = rightAxis;
        }

        if (legend is not null)
        {
            layout["legend"] = legend;
        }

        if (meta is not null)
        {
            layout["meta"] = meta;
        }

        return JsonSerializer.Serialize(new { data = traces, layout }, _options);
    }
}
