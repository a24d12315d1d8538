using DeepClustering.Charts.Output;
using DeepClustering.Studies;

namespace DeepClustering.Charts;

/// <summary>Why a number of clusters was chosen: BIC, stability and eigenvalues over K.</summary>
public static class ClusterCountChart
{
    /// <summary>Draws the three criteria; the number that each of them suggests is marked.</summary>
    /// <param name="count">The criteria and their numbers.</param>
    /// <param name="title">The figure's heading.</param>
    public static Figure Plot(ClusterCount count, string title = "How many clusters?")
    {
        ArgumentNullException.ThrowIfNull(count);
        var traces = Line("stability", count.Stability, first: 2, count.ByStability, 0, "y2")
            .Concat(Line("BIC per point", count.Bic, first: 1, count.ByBic, 1, "y"));
        if (count.ByEigengap is { } byEigengap)
        {
            traces = traces.Concat(Line("eigenvalue", count.Eigenvalues, first: 1, byEigengap, 2, "y2"));
        }

        var xAxis = FigureJson.Axis("clusters");
        xAxis["dtick"] = 1;
        var rightAxis = FigureJson.Axis("stability, eigenvalue");
        rightAxis["overlaying"] = "y";
        rightAxis["side"] = "right";
        rightAxis["range"] = new[] { 0, 1.05 };
        rightAxis["showgrid"] = false;
        var legend = new Dictionary<string, object> { ["orientation"] = "h", ["y"] = -0.18, ["yanchor"] = "top" };
        return new Figure(title, count.ToString(), FigureJson.Write(traces, title, height: 480, xAxis, FigureJson.Axis("BIC per point, nats"), rightAxis, legend));
    }

    private static IEnumerable<Dictionary<string, object>> Line(string name, IReadOnlyList<double> values, int first, int chosen, int index, string axis)
    {
        var line = FigureJson.Scatter(name, "lines", [.. Enumerable.Range(first, values.Count)], [.. values]);
        line["showlegend"] = true;
        line["line"] = new { color = Palette.Color(index), width = 2, dash = axis == "y" ? "solid" : "dash" };
        line["yaxis"] = axis;
        var mark = FigureJson.Scatter($"{name} says {chosen}", "markers", [chosen], [values[chosen - first]]);
        mark["showlegend"] = true;
        mark["marker"] = new { color = Palette.Color(index), size = 11 };
        mark["yaxis"] = axis;
        return [line, mark];
    }
}
