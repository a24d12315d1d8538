namespace Workbook.Running;

/// <summary>A cell's place among the code cells of its notebook.</summary>
/// <param name="Number">From 1; Jupyter shows it beside the cell.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Title">The heading it stands under, or its first line.</param>
internal sealed record CellPosition(int Number, int Count, string Title)
{
    public override string ToString() => $"[{Number}/{Count}] {Title}";
}
