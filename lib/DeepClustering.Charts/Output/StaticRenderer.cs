using System.Globalization;
using System.Text.Json;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace DeepClustering.Charts.Output;

/// <summary>Draws figure JSON as a PNG: scatter traces (lines, markers, text) and heatmaps, which is all that the charts use.</summary>
internal static class StaticRenderer
{
    private const int Width = 800;

    /// <summary>The figure as an encoded PNG of 800 pixels by the layout's height.</summary>
    public static byte[] Draw(string json)
    {
        using var document = JsonDocument.Parse(json);
        var layout = document.RootElement.GetProperty("layout");
        using var plot = new Plot();
        if (Typefaces.Family is { } family)
        {
            plot.Font.Set(family);
        }

        plot.Title(Text(layout, "title", "text"));
        plot.XLabel(Text(layout, "xaxis", "title", "text"));
        plot.YLabel(Text(layout, "yaxis", "title", "text"));
        // Room between the title and the tick labels.
        plot.Axes.Left.MinimumSize = 72;
        foreach (var trace in document.RootElement.GetProperty("data").EnumerateArray())
        {
            if (trace.GetProperty("type").GetString() == "heatmap")
            {
                DrawHeatmap(plot, trace, layout);
            }
            else
            {
                DrawScatter(plot, trace);
            }
        }

        ApplyAxes(plot, layout);
        ApplyLegend(plot, layout);
        return plot.GetImageBytes(Width, layout.GetProperty("height").GetInt32(), ImageFormat.Png);
    }

    private static void DrawScatter(Plot plot, JsonElement trace)
    {
        var x = Numbers(trace.GetProperty("x"));
        var y = Numbers(trace.GetProperty("y"));
        var mode = Text(trace, "mode");
        var color = TraceColor(trace, mode);
        var line = Find(trace, "line");
        var yAxis = Text(trace, "yaxis") == "y2" ? plot.Axes.Right : (IYAxis)plot.Axes.Left;
        AddLegendItem(plot, Text(trace, "name"), mode, color, line);
        foreach (var (start, end) in Runs(x, y))
        {
            var scatter = plot.Add.Scatter(x[start..end], y[start..end], color);
            scatter.Axes.YAxis = yAxis;
            scatter.LineWidth = mode.Contains("lines") ? Number(line, "width", 2) : 0;
            scatter.LinePattern = Dash(line);
            scatter.MarkerSize = mode.Contains("markers") ? Number(Find(trace, "marker"), "size", 6) : 0;
            DrawOutline(scatter, trace);
        }

        if (mode.Contains("text"))
        {
            DrawTexts(plot, x, y, trace.GetProperty("text"));
        }
    }

    // Not left to ScottPlot: a trace with gaps is several plottables, and its markers are too small to tell colours apart.
    private static void AddLegendItem(Plot plot, string name, string mode, Color color, JsonElement? line)
    {
        if (name.Length == 0)
        {
            return;
        }

        var item = new LegendItem { LabelText = name };
        if (mode.Contains("lines"))
        {
            item.LineColor = color;
            item.LineWidth = 2;
            item.LinePattern = Dash(line);
        }
        else
        {
            item.MarkerShape = MarkerShape.FilledCircle;
            item.MarkerSize = 10;
            item.MarkerFillColor = color;
        }

        plot.Legend.ManualItems.Add(item);
    }

    private static LinePattern Dash(JsonElement? line) => Text(line, "dash") == "dash" ? LinePattern.Dashed : LinePattern.Solid;

    private static void DrawOutline(ScottPlot.Plottables.Scatter scatter, JsonElement trace)
    {
        if (Find(trace, "marker", "line") is { } outline)
        {
            scatter.MarkerStyle.OutlineColor = Color.FromHex(Text(outline, "color"));
            scatter.MarkerStyle.OutlineWidth = Number(outline, "width", 1);
        }
    }

    private static Color TraceColor(JsonElement trace, string mode)
    {
        var hex = Text(trace, mode.Contains("markers") ? "marker" : "line", "color");
        return Color.FromHex(hex).WithOpacity(Number(trace, "opacity", 1));
    }

    private static void DrawTexts(Plot plot, double[] x, double[] y, JsonElement texts)
    {
        foreach (var (text, index) in texts.EnumerateArray().Select((text, index) => (text.GetString()!, index)))
        {
            var label = plot.Add.Text(text, x[index], y[index]);
            label.LabelAlignment = Alignment.MiddleCenter;
            label.LabelFontSize = 11;
            label.LabelBold = true;
        }
    }

    private static void DrawHeatmap(Plot plot, JsonElement trace, JsonElement layout)
    {
        var rows = trace.GetProperty("z").EnumerateArray().Select(Numbers).ToArray();
        var scale = trace.GetProperty("colorscale").EnumerateArray().Select(stop => Color.FromHex(stop[1].GetString()!)).ToArray();
        var largest = Math.Max(1, rows.Max(row => row.Max()));
        // A digit is about 0.6 of the font's size wide, the plot about 700 pixels.
        var digits = largest.ToString("0", CultureInfo.InvariantCulture).Length;
        var fontSize = (float)Math.Min(12, 700.0 / rows[0].Length / digits / 0.6);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Length; column++)
            {
                // The first row is on top: rows count downwards, the axis upwards.
                DrawCell(plot, column, -row, rows[row][column], rows[row][column] / largest, scale, fontSize);
            }
        }

        var (width, height) = (rows[0].Length, rows.Length);
        plot.Axes.SetLimits(-0.5, width - 0.5, 0.5 - height, 0.5);
        plot.HideGrid();
        plot.Axes.Bottom.TickGenerator = CellTicks(layout.GetProperty("xaxis"), 1);
        plot.Axes.Left.TickGenerator = CellTicks(layout.GetProperty("yaxis"), -1);
    }

    private static void DrawCell(Plot plot, int x, int y, double value, double share, Color[] scale, float fontSize)
    {
        var cell = plot.Add.Rectangle(x - 0.48, x + 0.48, y - 0.48, y + 0.48);
        cell.FillColor = scale[0].MixedWith(scale[^1], share);
        cell.LineWidth = 0;
        var label = plot.Add.Text(value.ToString("0", CultureInfo.InvariantCulture), x, y);
        label.LabelAlignment = Alignment.MiddleCenter;
        label.LabelFontSize = fontSize;
        label.LabelFontColor = share > 0.5 ? Colors.White : Colors.Black;
    }

    private static NumericManual CellTicks(JsonElement axis, int step)
    {
        var labels = axis.GetProperty("ticktext").EnumerateArray().Select(name => name.GetString()!).ToArray();
        return new NumericManual([.. labels.Select((_, index) => (double)(step * index))], labels);
    }

    private static void ApplyAxes(Plot plot, JsonElement layout)
    {
        if (Find(layout, "yaxis", "scaleanchor") is not null)
        {
            plot.Axes.SquareUnits();
        }

        if (Find(layout, "xaxis", "dtick") is { } spacing)
        {
            plot.Axes.Bottom.TickGenerator = new NumericFixedInterval(spacing.GetDouble());
        }

        if (Find(layout, "yaxis2", "range") is { } range)
        {
            plot.Axes.Right.MinimumSize = 72;
            plot.Axes.Right.Label.Text = Text(layout, "yaxis2", "title", "text");
            plot.Axes.SetLimitsY(range[0].GetDouble(), range[1].GetDouble(), plot.Axes.Right);
        }
    }

    private static void ApplyLegend(Plot plot, JsonElement layout)
    {
        if (Find(layout, "legend") is not { } legend)
        {
            plot.HideLegend();
            return;
        }

        var horizontal = Text(legend, "orientation") == "h";
        plot.Legend.Orientation = horizontal ? Orientation.Horizontal : Orientation.Vertical;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineWidth = 0;
        if (Text(legend, "title", "text") is { Length: > 0 } title)
        {
            plot.Legend.ManualItems.Insert(0, new LegendItem { LabelText = title, LabelBold = true });
        }

        plot.ShowLegend(horizontal ? Edge.Bottom : Edge.Right).Padding = new PixelPadding(4);
    }

    /// <summary>The ranges [start, end) of points without a gap (a coordinate that is not a number).</summary>
    private static IEnumerable<(int Start, int End)> Runs(double[] x, double[] y)
    {
        var start = 0;
        for (var i = 0; i <= x.Length; i++)
        {
            if (i < x.Length && double.IsFinite(x[i]) && double.IsFinite(y[i]))
            {
                continue;
            }

            if (i > start)
            {
                yield return (start, i);
            }

            start = i + 1;
        }
    }

    // Plotly.NET writes NaN as a string, plotly.js reads that as a gap.
    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().Select(value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN)];

    private static float Number(JsonElement? parent, string name, float otherwise) =>
        parent is { } element && Find(element, name) is { } value ? value.GetSingle() : otherwise;

    private static string Text(JsonElement? parent, params ReadOnlySpan<string> path) =>
        parent is { } element && Find(element, path) is { } value ? value.GetString()! : "";

    private static JsonElement? Find(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            if (!element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }
}
