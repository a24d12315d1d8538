using System.Diagnostics;
using Spectre.Console;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Running;

namespace Workbook.Terminal;

/// <summary>Progress in a terminal: a line for every finished cell, and below them the running one with the last line it wrote.</summary>
/// <param name="notebook">The notebook's name.</param>
/// <param name="console">One that <see cref="LiveLines.CanBeShownOn"/>.</param>
internal sealed class LiveProgress(string notebook, IAnsiConsole console) : IRunProgress
{
    private static readonly TimeSpan _refreshInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly LineBuffer _lines = new();
    private readonly LiveLines _live = new(console);
    private TimeSpan _cellStart;
    private CellPosition? _cell;
    private string _lastLine = "";
    private bool _stopping;

    public async Task<NotebookResult> ShowAsync(Func<Task<NotebookResult>> run)
    {
        console.MarkupLineInterpolated($"[bold]{Printable.Line(notebook)}[/]");
        console.Cursor.Hide();
        try
        {
            // Not on this thread: the first cell compiles for a second before it first waits.
            var running = Task.Run(run);
            do
            {
                Show();
            }
            while (await Task.WhenAny(running, Task.Delay(_refreshInterval)) != running);
            return await running;
        }
        finally
        {
            _live.Clear();
            console.Cursor.Show();
        }
    }

    public void CellStarted(CellPosition cell)
    {
        _cellStart = _clock.Elapsed;
        _lastLine = "";
        _cell = cell;
    }

    public void Happened(CellEvent cellEvent)
    {
        if (cellEvent is TextWritten written)
        {
            string last = _lines.Add(written.Text).LastOrDefault(line => line.Length > 0) ?? _lastLine;
            _lastLine = _lines.Rest.Length > 0 ? _lines.Rest : last;
        }
    }

    public void CellEnded(CellPosition cell, CellStatus status)
    {
        _lines.Clear();
        string mark = status == CellStatus.Succeeded ? "[green]✓[/]" : "[red]✗[/]";
        _live.Write(() => console.MarkupLine(
            $"  {mark} {Markup.Escape(Printable.Line(cell.ToString()))} [dim]{Elapsed.Format(_clock.Elapsed - _cellStart)}[/]"));
    }

    public void Note(string text) => _live.Write(() => console.MarkupLineInterpolated($"      [dim]{Printable.Line(text)}[/]"));

    public void Stopping() => _stopping = true;

    private void Show()
    {
        string state = _stopping ? " stopping…" : "";
        string running = $"  … {_cell} {Elapsed.Format(_clock.Elapsed - _cellStart)} of {Elapsed.Format(_clock.Elapsed)}{state}";
        _live.Show((Printable.Line(running), Style.Plain), (Printable.Line("      " + _lastLine), new Style(decoration: Decoration.Dim)));
    }
}
