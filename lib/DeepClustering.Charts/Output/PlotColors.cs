using System.Globalization;
using System.Text.Json;
using ScottPlot;

namespace DeepClustering.Charts.Output;

/// <summary>Colours as plotly.js writes them.</summary>
internal static class PlotColors
{
    // plotly.js's own, for traces that say nothing.
    private static readonly string[] _colorway =
        ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];

    /// <summary>A colour by hex digits, <c>rgb(…)</c>, <c>rgba(…)</c> or name; null for anything else.</summary>
    public static Color? Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith('#'))
        {
            return Color.FromHex(text);
        }

        if (text.StartsWith("rgb", StringComparison.OrdinalIgnoreCase) && text.IndexOf('(') is > 0 and var start)
        {
            double[] parts = text[(start + 1)..].TrimEnd(')').Split(',')
                .Select(part => double.TryParse(part, CultureInfo.InvariantCulture, out double number) ? number : double.NaN).ToArray();
            return parts.Length is 3 or 4 && parts.All(double.IsFinite)
                ? Color.FromColor(System.Drawing.Color.FromArgb((int)parts[0], (int)parts[1], (int)parts[2])).WithOpacity(parts.Length == 4 ? parts[3] : 1)
                : null;
        }

        var named = System.Drawing.Color.FromName(text);
        return named.IsKnownColor ? Color.FromColor(named) : null;
    }

    /// <summary>The colour of a trace without one: the layout's, its template's or plotly.js's.</summary>
    public static Color Default(JsonElement layout, int trace)
    {
        var colorway = new[] { StaticRenderer.Find(layout, "colorway"), StaticRenderer.Find(layout, "template", "layout", "colorway") }
            .FirstOrDefault(list => list is { ValueKind: JsonValueKind.Array });
        string[] colors = colorway is { } given && given.GetArrayLength() > 0 ? [.. given.EnumerateArray().Select(color => color.GetString()!)] : _colorway;
        return Parse(colors[trace % colors.Length]) ?? Colors.Black;
    }
}
