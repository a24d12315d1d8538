using System.Globalization;
using DeepClustering.Charts.Output;

namespace DeepClustering.Charts;

/// <summary>Values per epoch: losses on the left axis, shares such as the accuracy on a right axis from 0 to 1.</summary>
public static class TrainingCurvesChart
{
    /// <summary>Plots one line per series; epochs count from 1.</summary>
    /// <param name="title">The figure's heading.</param>
    /// <param name="series">Names and values per epoch. A value that is not finite leaves a gap. Series may differ in length.</param>
    /// <param name="shares">Series with values in [0, 1], drawn dashed against the right axis.</param>
    /// <param name="unit">The left axis' title.</param>
    /// <param name="shareUnit">The right axis' title.</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">There is no series, one has no values, or a share lies outside [0, 1].</exception>
    public static Figure Plot(
        string title,
        IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series,
        IReadOnlyList<(string Name, IReadOnlyList<double> Values)>? shares = null,
        string unit = "nats per sample",
        string shareUnit = "share")
    {
        if (series.Count == 0)
        {
            throw new ArgumentException("No series to plot.", nameof(series));
        }

        RequireValues(series, nameof(series));
        RequireValues(shares ?? [], nameof(shares));
        if ((shares ?? []).FirstOrDefault(line => line.Values.Any(value => value is < 0 or > 1)).Name is { } outside)
        {
            throw new ArgumentException($"The series \"{outside}\" leaves [0, 1].", nameof(shares));
        }

        string json = Build(title, unit, shareUnit, Plain(series), Plain(shares ?? []));
        var last = series.Concat(shares ?? []).Select(line => string.Create(CultureInfo.InvariantCulture, $"{line.Name} {line.Values[^1]:G4}"));
        return new Figure(title, $"{series.Max(line => line.Values.Count)} epochs; at the end: {string.Join(", ", last)}", json);
    }

    private static string Build(
        string title,
        string unit,
        string shareUnit,
        (string Name, double[] Values)[] series,
        (string Name, double[] Values)[] shares)
    {
        var lines = series.Select((line, i) => Line(line.Name, line.Values, Palette.Color(i), "solid", "y"))
            .Concat(shares.Select((line, i) => Line(line.Name, line.Values, Palette.Color(series.Length + i), "dash", "y2")));

        int epochs = series.Concat(shares).Max(line => line.Values.Length);
        var xAxis = FigureJson.Axis("epoch");
        if (epochs <= 12)
        {
            // By default a short axis gets ticks at half epochs.
            xAxis["dtick"] = 1;
        }

        var rightAxis = FigureJson.Axis(shareUnit);
        rightAxis["overlaying"] = "y";
        rightAxis["side"] = "right";
        rightAxis["range"] = new[] { 0, 1 };
        rightAxis["showgrid"] = false;
        var legend = new Dictionary<string, object> { ["orientation"] = "h", ["y"] = -0.18, ["yanchor"] = "top" };
        return FigureJson.Write(lines, title, height: 480, xAxis, FigureJson.Axis(unit), shares.Length > 0 ? rightAxis : null, legend);
    }

    private static Dictionary<string, object> Line(string name, double[] values, string color, string dash, string axis)
    {
        // A single epoch would show no line.
        string mode = values.Length == 1 ? "lines+markers" : "lines";
        var line = FigureJson.Scatter(name, mode, [.. Enumerable.Range(1, values.Length)], values);
        line["showlegend"] = true;
        line["line"] = new { color, width = 2, dash };
        line["marker"] = new { color };
        line["yaxis"] = axis;
        return line;
    }

    private static void RequireValues(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, string parameter)
    {
        if (series.FirstOrDefault(line => line.Values.Count == 0).Name is { } empty)
        {
            throw new ArgumentException($"The series \"{empty}\" has no values.", parameter);
        }
    }

    private static (string Name, double[] Values)[] Plain(IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series) =>
        [.. series.Select(line => (line.Name, line.Values.Select(value => double.IsFinite(value) ? value : double.NaN).ToArray()))];
}
