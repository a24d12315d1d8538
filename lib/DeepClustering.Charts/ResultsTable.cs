using System.Globalization;
using System.Net;
using System.Text;
using DeepClustering.Charts.Output;
using Microsoft.Data.Analysis;

namespace DeepClustering.Charts;

/// <summary>A small table that shows itself in a notebook, as HTML and as aligned text.</summary>
/// <remarks>Floating-point numbers are written with four significant digits, all numbers independently of the culture.</remarks>
[TypeFormatterSource(typeof(NotebookFormatterSource), PreferredMimeTypes = ["text/html", "text/plain"])]
public sealed class ResultsTable : INotebookOutput
{
    private readonly bool[] _numeric;
    private string _note = "";

    /// <summary>Makes a table of values.</summary>
    /// <param name="title">The heading; may be empty.</param>
    /// <param name="columns">The columns' names.</param>
    /// <param name="rows">One value for each column in every row; null leaves the cell empty.</param>
    /// <exception cref="ArgumentException">There are no columns, or a row has not one value for each.</exception>
    public ResultsTable(string title, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<object?>> rows)
    {
        if (columns.Count == 0)
        {
            throw new ArgumentException("A table needs a column.", nameof(columns));
        }

        for (int row = 0; row < rows.Count; row++)
        {
            if (rows[row].Count != columns.Count)
            {
                throw new ArgumentException($"Row {row} has {rows[row].Count} values for {columns.Count} columns.", nameof(rows));
            }
        }

        Title = title;
        Columns = [.. columns];
        Rows = [.. rows.Select(row => (IReadOnlyList<string>)[.. row.Select(Text)])];
        _numeric = [.. columns.Select((_, column) => rows.All(row => row[column] is not (string or char or bool)))];
    }

    /// <summary>The heading; may be empty.</summary>
    public string Title { get; }

    /// <summary>The columns' names.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The cells as they are shown, row by row.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows { get; }

    /// <summary>Makes a table of all rows of a data frame, in its order.</summary>
    /// <param name="frame">The data frame; it is copied.</param>
    /// <param name="title">The heading; may be empty.</param>
    /// <exception cref="ArgumentException">The frame has no columns.</exception>
    public static ResultsTable From(DataFrame frame, string title = "") => From(frame, title, (int)frame.Rows.Count);

    /// <summary>Makes a table of the first rows of a data frame that says how many there are.</summary>
    /// <param name="frame">The data frame; what is shown of it is copied.</param>
    /// <param name="most">How many rows at most.</param>
    /// <exception cref="ArgumentException">The frame has no columns.</exception>
    internal static ResultsTable Head(DataFrame frame, int most)
    {
        var table = From(frame, "", (int)Math.Min(frame.Rows.Count, most));
        table._note = frame.Rows.Count == 0 ? "no rows"
            : frame.Rows.Count > most ? string.Create(CultureInfo.InvariantCulture, $"… {frame.Rows.Count} rows in all")
            : "";
        return table;
    }

    /// <summary>The table as aligned plain text, numbers to the right.</summary>
    public override string ToString()
    {
        int[] widths = Columns.Select((name, column) => Rows.Select(row => row[column].Length).Append(name.Length).Max()).ToArray();
        var lines = Rows.Select(row => Line(row, widths)).Prepend(string.Join("  ", widths.Select(width => new string('-', width)))).Prepend(Line(Columns, widths));
        lines = Title.Length > 0 ? lines.Prepend(Title) : lines;
        return string.Join('\n', _note.Length > 0 ? lines.Append(_note) : lines);
    }

    string INotebookOutput.ToHtml()
    {
        var html = new StringBuilder("<table>");
        if (Title.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<caption>{WebUtility.HtmlEncode(Title)}</caption>");
        }

        html.Append("<thead>");
        AppendRow(html, "th", Columns);
        html.Append("</thead><tbody>");
        foreach (var row in Rows)
        {
            AppendRow(html, "td", row);
        }

        html.Append("</tbody></table>");
        return (_note.Length > 0 ? html.Append(CultureInfo.InvariantCulture, $"<p>{WebUtility.HtmlEncode(_note)}</p>") : html).ToString();
    }

    private static ResultsTable From(DataFrame frame, string title, int rows) => new(
        title,
        [.. frame.Columns.Select(column => column.Name)],
        [.. Enumerable.Range(0, rows).Select(row => (IReadOnlyList<object?>)[.. frame.Columns.Select(column => column[row])])]);

    private void AppendRow(StringBuilder html, string element, IReadOnlyList<string> cells)
    {
        html.Append("<tr>");
        for (int column = 0; column < cells.Count; column++)
        {
            string side = _numeric[column] ? "right" : "left";
            html.Append(CultureInfo.InvariantCulture, $"<{element} style=\"text-align:{side}\">{WebUtility.HtmlEncode(cells[column])}</{element}>");
        }

        html.Append("</tr>");
    }

    private string Line(IReadOnlyList<string> cells, int[] widths) => string.Join(
        "  ", cells.Select((cell, column) => _numeric[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd();

    private static string Text(object? value) => value switch
    {
        null => "",
        double number => FourDigits(number),
        float number => FourDigits(number),
        decimal number => FourDigits((double)number),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Four significant digits, without an exponent from 0.0001 on; digits before the point are all kept.</summary>
    private static string FourDigits(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture);
        }

        int magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        string format = magnitude < -4 ? "0.000E+0" : "F" + Math.Max(0, 3 - magnitude);
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
