using System.Globalization;
using System.Text.Json;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace DeepClustering.Charts.Output;

/// <summary>Heatmaps in a static picture.</summary>
internal static class HeatmapDrawing
{
    /// <summary>Cells with their counts in them, as a confusion matrix has.</summary>
    public static void DrawCounts(Plot plot, JsonElement trace, JsonElement layout)
    {
        double[][] rows = trace.GetProperty("z").EnumerateArray().Select(Numbers).ToArray();
        var scale = trace.GetProperty("colorscale").EnumerateArray().Select(stop => Color.FromHex(stop[1].GetString()!)).ToArray();
        double largest = Math.Max(1, rows.Max(row => row.Max()));
        // A digit is about 0.6 of the font's size wide, the plot about 700 pixels.
        int digits = largest.ToString("0", CultureInfo.InvariantCulture).Length;
        float fontSize = (float)Math.Min(12, 700.0 / rows[0].Length / digits / 0.6);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < rows[row].Length; column++)
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

    /// <summary>Values as colours, with a bar that says which is which.</summary>
    public static void DrawValues(Plot plot, JsonElement trace, JsonElement layout, AxisScale x, AxisScale y)
    {
        double[][] rows = trace.GetProperty("z").EnumerateArray().Select(Numbers).ToArray();
        int width = rows.Max(row => row.Length);
        double[,] values = new double[rows.Length, width];
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < width; column++)
            {
                // ScottPlot's first row is on top, plotly.js's at the bottom.
                values[rows.Length - 1 - row, column] = column < rows[row].Length ? rows[row][column] : double.NaN;
            }
        }

        var heatmap = plot.Add.Heatmap(values);
        heatmap.NaNCellColor = Colors.Transparent;
        heatmap.Colormap = Colormap(trace, layout);
        var (left, right) = Extent(trace, "x", width, x);
        var (bottom, top) = Extent(trace, "y", rows.Length, y);
        heatmap.Position = new CoordinateRect(left, right, bottom, top);
        plot.HideGrid();
        if (StaticRenderer.Find(trace, "showscale") is not { ValueKind: JsonValueKind.False })
        {
            plot.Add.ColorBar(heatmap);
        }
    }

    private static (double First, double Last) Extent(JsonElement trace, string axis, int count, AxisScale scale)
    {
        double[] at = StaticRenderer.Find(trace, axis) is { ValueKind: JsonValueKind.Array } given ? scale.Positions(given) : [];
        double step = at.Length > 1 ? (at[^1] - at[0]) / (at.Length - 1) : 1;
        double first = at.Length > 0 ? at[0] : 0;
        return (first - step / 2, first + step * (count - 0.5));
    }

    private static IColormap Colormap(JsonElement trace, JsonElement layout)
    {
        var stops = new[]
        {
            StaticRenderer.Find(trace, "colorscale"),
            StaticRenderer.Find(layout, "colorscale", "sequential"),
            StaticRenderer.Find(layout, "template", "layout", "colorscale", "sequential"),
        }.FirstOrDefault(scale => scale is { ValueKind: JsonValueKind.Array });
        var colors = stops?.EnumerateArray().Select(stop => PlotColors.Parse(stop[1].GetString()!)).OfType<Color>().ToArray();
        return colors is { Length: > 1 } ? new ScottPlot.Colormaps.CustomInterpolated(colors) : new ScottPlot.Colormaps.Viridis();
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
        string[] labels = axis.GetProperty("ticktext").EnumerateArray().Select(name => name.GetString()!).ToArray();
        return new NumericManual([.. labels.Select((_, index) => (double)(step * index))], labels);
    }

    private static double[] Numbers(JsonElement row) => [.. row.EnumerateArray().Select(AxisScale.Number)];
}
