using System.Globalization;
using DeepClustering.Charts.Output;
using DeepClustering.Metrics;

namespace DeepClustering.Charts;

/// <summary>How often each true class coincides with each cluster or predicted class.</summary>
public static class ConfusionMatrixChart
{
    /// <summary>Plots counts as a heatmap with the count in each cell.</summary>
    /// <param name="counts">(rows, columns): how many points of true class r are in column c; none negative.</param>
    /// <param name="rowLabels">The names of the true classes, top to bottom; 0, 1, 2, … when not given.</param>
    /// <param name="columnLabels">The names of the columns, left to right; 0, 1, 2, … when not given.</param>
    /// <param name="title">The figure's heading.</param>
    /// <param name="rowTitle">What a row is.</param>
    /// <param name="columnTitle">What a column is: "cluster" or "predicted class".</param>
    /// <returns>The figure.</returns>
    /// <exception cref="ArgumentException">The matrix is empty, a count is negative, or the labels are not as many as rows or columns.</exception>
    public static Figure Plot(
        int[,] counts,
        IReadOnlyList<string>? rowLabels = null,
        IReadOnlyList<string>? columnLabels = null,
        string title = "Confusion matrix",
        string rowTitle = "true class",
        string columnTitle = "cluster")
    {
        int[] cells = counts.Cast<int>().ToArray();
        if (cells.Length == 0 || cells.Min() < 0)
        {
            throw new ArgumentException($"Expected a matrix of counts, none negative; found {counts.GetLength(0)} × {counts.GetLength(1)} with minimum {cells.DefaultIfEmpty().Min()}.", nameof(counts));
        }

        int[][] rows = cells.Chunk(counts.GetLength(1)).ToArray();
        string[] rowNames = Names(rowLabels, counts.GetLength(0), nameof(rowLabels));
        string[] columnNames = Names(columnLabels, counts.GetLength(1), nameof(columnLabels));
        string json = Build(title, rowTitle, columnTitle, rowNames, columnNames, rows);
        string summary = string.Create(
            CultureInfo.InvariantCulture,
            $"{cells.Sum(count => (long)count)} points: rows are {rowTitle} ({string.Join(", ", rowNames)}), columns {columnTitle} ({string.Join(", ", columnNames)})");
        return new Figure(title, summary, json);
    }

    /// <summary>Plots a clustering against the true classes, each cluster's column under the class it is matched to.</summary>
    /// <param name="match">The matching and its confusion matrix. A class without a cluster gets a column named "–".</param>
    /// <param name="title">The figure's heading.</param>
    /// <returns>The figure.</returns>
    public static Figure Plot(ClusteringAccuracy match, string title = "Confusion matrix")
    {
        int[,] counts = new int[match.Classes.Count, match.Columns.Count];
        for (int row = 0; row < match.Classes.Count; row++)
        {
            for (int column = 0; column < match.Columns.Count; column++)
            {
                counts[row, column] = match.ConfusionMatrix[row][column];
            }
        }

        return Plot(
            counts,
            [.. match.Classes.Select(label => label.ToString(CultureInfo.InvariantCulture))],
            [.. match.Columns.Select(label => label?.ToString(CultureInfo.InvariantCulture) ?? "–")],
            title);
    }

    private static string Build(string title, string rowTitle, string columnTitle, string[] rowNames, string[] columnNames, int[][] rows)
    {
        var heatmap = new Dictionary<string, object>
        {
            ["type"] = "heatmap",
            ["z"] = rows,
            ["xgap"] = 2,
            ["ygap"] = 2,
            ["showscale"] = false,
            ["colorscale"] = new object[] { new object[] { 0, "#eff4fb" }, new object[] { 1, "#08306b" } },
            ["zmin"] = 0,
            ["texttemplate"] = "%{z}",
            ["hovertemplate"] = $"{rowTitle} %{{y}}, {columnTitle} %{{x}}: %{{z}}<extra></extra>",
        };
        var yAxis = Categories(rowTitle, rowNames);
        yAxis["autorange"] = "reversed";
        return FigureJson.Write([heatmap], title, height: 600, Categories(columnTitle, columnNames), yAxis);
    }

    /// <summary>An axis of cells. They are placed by number, because two clusters may have the same name.</summary>
    private static Dictionary<string, object> Categories(string title, string[] names)
    {
        var axis = FigureJson.Axis(title);
        axis["tickvals"] = Enumerable.Range(0, names.Length);
        axis["ticktext"] = names;
        axis["showgrid"] = false;
        return axis;
    }

    private static string[] Names(IReadOnlyList<string>? names, int count, string parameter)
    {
        if (names is not null && names.Count != count)
        {
            throw new ArgumentException($"Expected {count} names; found {names.Count}.", parameter);
        }

        return [.. names ?? Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
    }
}
