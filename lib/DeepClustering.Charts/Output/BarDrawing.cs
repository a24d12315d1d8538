using System.Text.Json;
using ScottPlot;

namespace DeepClustering.Charts.Output;

/// <summary>Bars, columns and histograms in a static picture.</summary>
/// <param name="layout">The figure's layout.</param>
/// <param name="count">How many traces of bars the figure has.</param>
/// <param name="x">The horizontal scale.</param>
/// <param name="y">The vertical one.</param>
internal sealed class BarDrawing(JsonElement layout, int count, AxisScale x, AxisScale y)
{
    private static readonly int[] _roundSteps = [1, 2, 5, 10];

    private readonly Dictionary<double, double> _stacked = [];
    private int _drawn;

    /// <summary>Bars of given lengths.</summary>
    public void DrawBars(Plot plot, JsonElement trace, Color color)
    {
        bool lies = StaticRenderer.Text(trace, "orientation") == "h";
        double[] lengths = Numbers(trace, lies ? "x" : "y");
        double[] at = StaticRenderer.Find(trace, lies ? "y" : "x") is { ValueKind: JsonValueKind.Array } given
            ? (lies ? y : x).Positions(given) : [.. Enumerable.Range(0, lengths.Length).Select(i => (double)i)];
        double step = at.Order().Zip(at.Order().Skip(1), (a, b) => b - a).Where(gap => gap > 0).DefaultIfEmpty(1).Min();
        Draw(plot, at, lengths, 0.8 * step, color, lies);
    }

    /// <summary>How often values fall into bins of equal width, or each category is met.</summary>
    public void DrawHistogram(Plot plot, JsonElement trace, Color color)
    {
        bool lies = StaticRenderer.Find(trace, "x") is null;
        double[] values = (lies ? y : x).Positions(trace.GetProperty(lies ? "y" : "x")).Where(double.IsFinite).ToArray();
        if (values.Length == 0)
        {
            return;
        }

        var (start, size) = Bins(trace, values, lies ? "y" : "x");
        var bins = values.GroupBy(value => Math.Floor((value - start) / size)).OrderBy(bin => bin.Key).ToArray();
        double unit = StaticRenderer.Text(trace, "histnorm") switch
        {
            "percent" => 100.0 / values.Length,
            "probability" => 1.0 / values.Length,
            "density" => 1 / size,
            "probability density" => 1 / size / values.Length,
            _ => 1,
        };
        Draw(plot, [.. bins.Select(bin => start + (bin.Key + 0.5) * size)], [.. bins.Select(bin => bin.Count() * unit)], size, color, lies);
    }

    /// <summary>Where the first bin begins, and how wide all are.</summary>
    private static (double Start, double Size) Bins(JsonElement trace, double[] values, string axis)
    {
        if (StaticRenderer.Find(trace, axis + "bins", "size") is { } size && AxisScale.Number(size) is > 0 and var width)
        {
            double given = StaticRenderer.Find(trace, axis + "bins", "start") is { } start ? AxisScale.Number(start) : double.NaN;
            return (double.IsFinite(given) ? given : Math.Floor(values.Min() / width) * width, width);
        }

        if (StaticRenderer.Find(trace, axis) is { } texts && texts.EnumerateArray().All(value => value.ValueKind == JsonValueKind.String))
        {
            return (-0.5, 1);
        }

        // At most as many bins as asked for, and their borders at round numbers.
        double most = StaticRenderer.Find(trace, "nbins" + axis) is { } asked && AxisScale.Number(asked) is >= 1 and var number
            ? number : Math.Ceiling(Math.Sqrt(values.Length));
        double rough = Math.Max((values.Max() - values.Min()) / most, 1e-9);
        double decade = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double round = _roundSteps.Select(step => step * decade).First(step => step >= rough * (1 - 1e-9));
        return (Math.Floor(values.Min() / round) * round, round);
    }

    private void Draw(Plot plot, double[] at, double[] lengths, double width, Color color, bool lies)
    {
        string mode = StaticRenderer.Text(layout, "barmode");
        var (stacks, beside) = (mode == "stack", mode is "" or "group");
        double share = beside ? width / count : width;
        double offset = beside ? (_drawn - (count - 1) / 2.0) * share : 0;
        var bars = new List<Bar>();
        foreach (var (position, length) in at.Zip(lengths).Where(bar => double.IsFinite(bar.First) && double.IsFinite(bar.Second)))
        {
            double from = stacks ? _stacked.GetValueOrDefault(position) : 0;
            _stacked[position] = from + length;
            bars.Add(new Bar
            {
                Position = position + offset,
                ValueBase = from,
                Value = from + length,
                Size = share,
                FillColor = mode == "overlay" ? color.WithOpacity(0.6) : color,
                LineColor = Colors.White,
                Orientation = lies ? Orientation.Horizontal : Orientation.Vertical,
            });
        }

        _drawn++;
        plot.Add.Bars(bars);
        plot.Axes.Margins(left: lies ? 0 : 0.05, bottom: lies ? 0.05 : 0);
    }

    private static double[] Numbers(JsonElement trace, string name) => [.. trace.GetProperty(name).EnumerateArray().Select(AxisScale.Number)];
}
