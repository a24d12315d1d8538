namespace Workbook.Execution;

/// <summary>Puts the parts that a cell was cut into back on the lines they have in the cell.</summary>
/// <param name="cell">The cell's source.</param>
internal sealed class CellLines(string cell)
{
    private readonly string[] _lines = cell.Split('\n');
    private int _next;

    /// <summary>The lines of a part where they stand in the cell, all others blank. Parts come in the cell's order.</summary>
    /// <param name="part">Some of the cell's lines in their order; blank ones may have come and gone.</param>
    /// <returns>The part as it is if it is none of the cell's.</returns>
    public string Place(string part)
    {
        if (part == cell)
        {
            return part;
        }
        var placed = new List<string>();
        int next = _next;
        foreach (string line in part.Split('\n').Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            int at = Array.FindIndex(_lines, next, candidate => candidate.Trim() == line.Trim());
            if (at < 0)
            {
                return part;
            }
            // A line in between is one of another part, or blank and perhaps of a text literal.
            placed.AddRange(_lines[placed.Count..at].Select(skipped => string.IsNullOrWhiteSpace(skipped) ? skipped : ""));
            placed.Add(_lines[at]);
            next = at + 1;
        }
        _next = next;
        return string.Join('\n', placed);
    }
}
