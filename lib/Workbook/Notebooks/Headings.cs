namespace Workbook.Notebooks;

/// <summary>What to call a cell when its progress is shown.</summary>
internal static class Headings
{
    private const int LongestLine = 60;

    /// <summary>The last heading of a Markdown cell, or null if it has none or is no Markdown cell.</summary>
    public static string? Last(NotebookCell cell) => cell.Type != "markdown" ? null : cell.Source.Split('\n')
        .LastOrDefault(line => line.StartsWith('#') && line.TrimStart('#').StartsWith(' '))?.Trim('#', ' ', '\r');

    /// <summary>The first line of code that is neither blank nor a comment, or else the first line; cut if it is long.</summary>
    public static string FirstLine(NotebookCell cell)
    {
        string[] lines = cell.Source.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        string first = lines.FirstOrDefault(line => !line.StartsWith("//", StringComparison.Ordinal)) ?? lines[0];
        return first.Length <= LongestLine ? first : first[..LongestLine] + "…";
    }
}
