using System.Diagnostics;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Running;

namespace Workbook.Terminal;

/// <summary>Progress as lines of text, for logs: one per cell, and those that the cell writes.</summary>
internal sealed class PlainProgress(string notebook, TextWriter output) : IRunProgress
{
    private const string OfACell = "      ";

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly LineBuffer _lines = new();

    /// <summary>Whether one of these lines is what a cell wrote, or a note about it.</summary>
    public static bool IsOfACell(string line) => line.StartsWith(OfACell, StringComparison.Ordinal);

    public Task<NotebookResult> ShowAsync(Func<Task<NotebookResult>> run)
    {
        output.WriteLine(notebook);
        return run();
    }

    public void CellStarted(CellPosition cell) => output.WriteLine($"  {Elapsed.Format(_clock.Elapsed)} {Printable.Line(cell.ToString())}");

    public void Happened(CellEvent cellEvent)
    {
        if (cellEvent is TextWritten written)
        {
            foreach (string line in _lines.Add(written.Text))
            {
                output.WriteLine(OfACell + Printable.Line(line));
            }
        }
    }

    public void CellEnded(CellPosition cell, CellStatus status)
    {
        if (_lines.Rest.Length > 0)
        {
            output.WriteLine(OfACell + Printable.Line(_lines.Rest));
        }
        _lines.Clear();
        if (status == CellStatus.Succeeded && cell.Number == cell.Count)
        {
            output.WriteLine($"  {Elapsed.Format(_clock.Elapsed)} done");
        }
    }

    public void Note(string text) => output.WriteLine(OfACell + Printable.Line(text));

    public void Stopping() => output.WriteLine("  stopping…");
}
