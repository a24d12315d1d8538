using System.Text.Json;
using ScottPlot;

namespace DeepClustering.Charts.Output;

/// <summary>Draws figure JSON as a PNG: scatter traces (lines, markers, text), bars, histograms and heatmaps on one pair of axes.</summary>
internal static class StaticRenderer
{
    private const int Width = 800;
    private const int Height = 450;

    private static readonly string[] _drawable = ["scatter", "scattergl", "bar", "histogram", "heatmap"];
    private static readonly string[] _lists = ["x", "y", "z"];
    private static readonly string[] _unknownInTraces = ["error_x", "error_y", "stackgroup"];
    private static readonly string[] _unknownInLayouts = ["annotations", "shapes", "images", "grid"];

    /// <summary>The figure as an encoded PNG, of the layout's size or else 800 by 450 pixels.</summary>
    public static byte[] Draw(string json)
    {
        using var document = JsonDocument.Parse(json);
        var layout = document.RootElement.GetProperty("layout");
        JsonElement[] traces = [.. document.RootElement.GetProperty("data").EnumerateArray()];
        using var plot = new Plot();
        if (Typefaces.Family is { } family)
        {
            plot.Font.Set(family);
        }

        plot.Title(Title(document.RootElement));
        if (Obstacle(document.RootElement) is { } obstacle)
        {
            return DrawCard(plot, layout, $"No static picture of {obstacle}:\nthe plot shows in a notebook's page.");
        }

        plot.XLabel(Heading(Find(layout, "xaxis")));
        plot.YLabel(Heading(Find(layout, "yaxis")));
        // Room between the title and the tick labels.
        plot.Axes.Left.MinimumSize = 72;
        var x = new AxisScale(Find(layout, "xaxis"), Values(traces, "x"));
        var y = new AxisScale(Find(layout, "yaxis"), Values(traces.Where(trace => Text(trace, "yaxis") != "y2"), "y"));
        var bars = new BarDrawing(layout, traces.Count(trace => Type(trace) is "bar" or "histogram"), x, y);
        foreach (var (index, trace) in traces.Index())
        {
            DrawTrace(plot, trace, index, layout, x, y, bars);
        }

        ApplyAxes(plot, layout, traces, x, y);
        ApplyLegend(plot, layout);
        return plot.GetImageBytes(Pixels(layout, "width", Width), Pixels(layout, "height", Height), ImageFormat.Png);
    }

    /// <summary>What of a figure cannot be drawn here; null when all can.</summary>
    /// <param name="figure">An object with <c>data</c> and <c>layout</c>.</param>
    public static string? Obstacle(JsonElement figure)
    {
        foreach (var trace in figure.GetProperty("data").EnumerateArray())
        {
            string? obstacle = !_drawable.Contains(Type(trace)) ? $"a trace of type {Type(trace)}"
                : Text(trace, "xaxis") is not ("" or "x") || Text(trace, "yaxis") is not ("" or "y" or "y2") ? "several pairs of axes"
                : Text(trace, "fill") is not ("" or "none" or "tozeroy") ? $"a fill {Text(trace, "fill")}"
                : _unknownInTraces.FirstOrDefault(name => Find(trace, name) is not null)
                ?? _lists.Where(name => Find(trace, name) is { ValueKind: not JsonValueKind.Array }).Select(name => $"{name} that is not a list").FirstOrDefault();
            if (obstacle is not null)
            {
                return obstacle;
            }
        }

        var layout = figure.GetProperty("layout");
        return Text(layout, "barmode") == "relative" ? "bars of mode relative"
            : _unknownInLayouts.FirstOrDefault(name => Find(layout, name) is { } found
                && (found.ValueKind != JsonValueKind.Array || found.GetArrayLength() > 0));
    }

    /// <summary>A figure's heading, or nothing.</summary>
    public static string Title(JsonElement figure) => Heading(figure.GetProperty("layout"));

    private static byte[] DrawCard(Plot plot, JsonElement layout, string text)
    {
        plot.HideGrid();
        plot.HideAxesAndGrid();
        var label = plot.Add.Text(text, 0, 0);
        label.LabelAlignment = Alignment.MiddleCenter;
        label.LabelFontSize = 16;
        return plot.GetImageBytes(Pixels(layout, "width", Width), Pixels(layout, "height", Height), ImageFormat.Png);
    }

    private static void DrawTrace(Plot plot, JsonElement trace, int index, JsonElement layout, AxisScale x, AxisScale y, BarDrawing bars)
    {
        switch (Type(trace))
        {
            case "heatmap" when Find(trace, "texttemplate") is not null && Find(layout, "xaxis", "ticktext") is not null:
                HeatmapDrawing.DrawCounts(plot, trace, layout);
                break;
            case "heatmap":
                HeatmapDrawing.DrawValues(plot, trace, layout, x, y);
                break;
            case "bar":
                bars.DrawBars(plot, trace, TraceColor(trace, "markers", PlotColors.Default(layout, index)));
                AddLegendItem(plot, trace, "markers", TraceColor(trace, "markers", PlotColors.Default(layout, index)));
                break;
            case "histogram":
                bars.DrawHistogram(plot, trace, TraceColor(trace, "markers", PlotColors.Default(layout, index)));
                AddLegendItem(plot, trace, "markers", TraceColor(trace, "markers", PlotColors.Default(layout, index)));
                break;
            default:
                DrawScatter(plot, trace, PlotColors.Default(layout, index), x, y);
                break;
        }
    }

    private static void DrawScatter(Plot plot, JsonElement trace, Color otherwise, AxisScale horizontal, AxisScale vertical)
    {
        bool isRight = Text(trace, "yaxis") == "y2";
        double[] y = [.. Items(trace, "y").Select(value => isRight ? AxisScale.Number(value) : vertical.Position(value))];
        double[] x = Find(trace, "x") is null ? [.. Enumerable.Range(0, y.Length).Select(i => (double)i)] : horizontal.Positions(trace.GetProperty("x"));
        // What plotly.js draws when it is not told.
        string mode = Text(trace, "mode") is { Length: > 0 } given ? given : y.Length < 20 ? "lines+markers" : "lines";
        var color = TraceColor(trace, mode, otherwise);
        var line = Find(trace, "line");
        AddLegendItem(plot, trace, mode, color);
        float[]? sizes = Sizes(trace);
        foreach (var (start, end) in Runs(x, y))
        {
            var scatter = plot.Add.Scatter(x[start..end], y[start..end], color);
            scatter.Axes.YAxis = isRight ? plot.Axes.Right : plot.Axes.Left;
            scatter.LineWidth = mode.Contains("lines") ? Number(line, "width", 2) : 0;
            scatter.LinePattern = Dash(line);
            scatter.MarkerSize = mode.Contains("markers") && sizes is null ? Number(Find(trace, "marker"), "size", 6) : 0;
            scatter.FillY = Text(trace, "fill") == "tozeroy";
            scatter.FillYColor = color.WithOpacity(0.4);
            DrawOutline(scatter, trace);
            for (int i = start; i < end && sizes is not null && mode.Contains("markers"); i++)
            {
                plot.Add.Marker(x[i], y[i], MarkerShape.FilledCircle, i < sizes.Length ? sizes[i] : 6, color);
            }
        }

        if (mode.Contains("text") && Find(trace, "text") is { ValueKind: JsonValueKind.Array } texts)
        {
            DrawTexts(plot, x, y, texts, Text(trace, "textposition"));
        }
    }

    /// <summary>A size for each marker, where the trace has such.</summary>
    private static float[]? Sizes(JsonElement trace) => Find(trace, "marker", "size") is { ValueKind: JsonValueKind.Array } sizes
        ? [.. sizes.EnumerateArray().Select(size => (float)AxisScale.Number(size))] : null;

    // Not left to ScottPlot: a trace with gaps is several plottables, and its markers are too small to tell colours apart.
    private static void AddLegendItem(Plot plot, JsonElement trace, string mode, Color color)
    {
        if (Text(trace, "name") is not { Length: > 0 } name || Find(trace, "showlegend") is { ValueKind: JsonValueKind.False })
        {
            return;
        }

        var item = new LegendItem { LabelText = name };
        if (mode.Contains("lines"))
        {
            item.LineColor = color;
            item.LineWidth = 2;
            item.LinePattern = Dash(Find(trace, "line"));
        }
        else
        {
            item.MarkerShape = MarkerShape.FilledCircle;
            item.MarkerSize = 10;
            item.MarkerFillColor = color;
        }

        plot.Legend.ManualItems.Add(item);
    }

    private static LinePattern Dash(JsonElement? line) => Text(line, "dash") switch
    {
        "dash" or "longdash" => LinePattern.Dashed,
        "dot" or "dashdot" or "longdashdot" => LinePattern.Dotted,
        _ => LinePattern.Solid,
    };

    private static void DrawOutline(ScottPlot.Plottables.Scatter scatter, JsonElement trace)
    {
        if (Find(trace, "marker", "line") is { } outline && PlotColors.Parse(Text(outline, "color")) is { } color)
        {
            scatter.MarkerStyle.OutlineColor = color;
            scatter.MarkerStyle.OutlineWidth = Number(outline, "width", 1);
        }
    }

    private static Color TraceColor(JsonElement trace, string mode, Color otherwise)
    {
        string given = Text(trace, mode.Contains("markers") ? "marker" : "line", "color");
        var color = PlotColors.Parse(given.Length > 0 ? given : Text(trace, mode.Contains("markers") ? "line" : "marker", "color")) ?? otherwise;
        return Find(trace, "opacity") is null ? color : color.WithOpacity(Number(trace, "opacity", 1));
    }

    private static void DrawTexts(Plot plot, double[] x, double[] y, JsonElement texts, string position)
    {
        foreach (var (index, text) in texts.EnumerateArray().Index().Where(text => text.Index < x.Length && double.IsFinite(x[text.Index]) && double.IsFinite(y[text.Index])))
        {
            var label = plot.Add.Text(text.ToString(), x[index], y[index]);
            label.LabelAlignment = position switch
            {
                "top center" => Alignment.LowerCenter,
                "bottom center" => Alignment.UpperCenter,
                "middle left" => Alignment.MiddleRight,
                "middle right" => Alignment.MiddleLeft,
                "top left" => Alignment.LowerRight,
                "top right" => Alignment.LowerLeft,
                "bottom left" => Alignment.UpperRight,
                "bottom right" => Alignment.UpperLeft,
                _ => Alignment.MiddleCenter,
            };
            label.LabelFontSize = 11;
            label.LabelBold = true;
        }
    }

    private static void ApplyAxes(Plot plot, JsonElement layout, JsonElement[] traces, AxisScale x, AxisScale y)
    {
        if (Find(layout, "yaxis", "scaleanchor") is not null)
        {
            plot.Axes.SquareUnits();
        }

        if (!traces.Any(trace => Type(trace) == "heatmap" && Find(trace, "texttemplate") is not null && Find(layout, "xaxis", "ticktext") is not null))
        {
            x.Apply(plot.Axes.Bottom, plot);
            y.Apply(plot.Axes.Left, plot);
        }

        if (Find(layout, "yaxis2", "range") is { ValueKind: JsonValueKind.Array } range)
        {
            plot.Axes.SetLimitsY(AxisScale.Number(range[0]), AxisScale.Number(range[1]), plot.Axes.Right);
        }

        if (Find(layout, "yaxis2") is { } right)
        {
            plot.Axes.Right.MinimumSize = 72;
            plot.Axes.Right.Label.Text = Heading(right);
        }
    }

    private static void ApplyLegend(Plot plot, JsonElement layout)
    {
        bool wanted = Find(layout, "showlegend") is { } said ? said.ValueKind == JsonValueKind.True
            : Find(layout, "legend") is not null || plot.Legend.ManualItems.Count > 1;
        if (!wanted || plot.Legend.ManualItems.Count == 0)
        {
            plot.HideLegend();
            return;
        }

        var legend = Find(layout, "legend");
        bool horizontal = Text(legend, "orientation") == "h";
        plot.Legend.Orientation = horizontal ? Orientation.Horizontal : Orientation.Vertical;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineWidth = 0;
        if (Heading(legend) is { Length: > 0 } title)
        {
            plot.Legend.ManualItems.Insert(0, new LegendItem { LabelText = title, LabelBold = true });
        }

        plot.ShowLegend(horizontal ? Edge.Bottom : Edge.Right).Padding = new PixelPadding(4);
    }

    /// <summary>The ranges [start, end) of points without a gap (a coordinate that is not a number).</summary>
    private static IEnumerable<(int Start, int End)> Runs(double[] x, double[] y)
    {
        int start = 0;
        for (int i = 0; i <= x.Length; i++)
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

    private static IEnumerable<JsonElement> Values(IEnumerable<JsonElement> traces, string name) => traces.SelectMany(trace => Items(trace, name));

    private static JsonElement.ArrayEnumerator Items(JsonElement trace, string name) =>
        Find(trace, name) is { ValueKind: JsonValueKind.Array } values ? values.EnumerateArray() : default;

    private static string Type(JsonElement trace) => Text(trace, "type") is { Length: > 0 } type ? type : "scatter";

    private static int Pixels(JsonElement layout, string name, int otherwise) => (int)Math.Clamp(Number(layout, name, otherwise), 100, 4000);

    private static float Number(JsonElement? parent, string name, float otherwise) =>
        Find(parent, name) is { ValueKind: JsonValueKind.Number } value ? value.GetSingle() : otherwise;

    /// <summary>A title, which plotly.js takes as text or as an object with text.</summary>
    private static string Heading(JsonElement? parent) => Text(parent, "title") is { Length: > 0 } text ? text : Text(parent, "title", "text");

    /// <summary>The text under a path of names; empty if there is none.</summary>
    internal static string Text(JsonElement? parent, params ReadOnlySpan<string> path) =>
        Find(parent, path) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    /// <summary>What lies under a path of names, or null.</summary>
    internal static JsonElement? Find(JsonElement? parent, params ReadOnlySpan<string> path)
    {
        if (parent is not { } element)
        {
            return null;
        }

        foreach (string name in path)
        {
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
            {
                return null;
            }
        }

        return element;
    }
}
