using System.Diagnostics;
using Spectre.Console;
using Workbook.Execution;
using Workbook.Running;

namespace Workbook.Terminal;

/// <summary>Progress in a terminal: a line for every finished cell, and below them the running one with the last line it wrote.</summary>
internal sealed class LiveProgress(string notebook, IAnsiConsole console) : IRunProgress
{
    private static readonly TimeSpan _refreshInterval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly LineBuffer _lines = new();
    private TimeSpan _cellStart;
    private CellPosition? _cell;
    private string _lastLine = "";
    private bool _stopping;

    public Task<NotebookResult> ShowAsync(Func<Task<NotebookResult>> run)
    {
        console.MarkupLineInterpolated($"[bold]{notebook}[/]");
        return console.Live(Render()).AutoClear(true).StartAsync(async display =>
        {
            // Not on this thread: the first cell compiles for a second before it first waits.
            Task<NotebookResult> running = Task.Run(run);
            while (await Task.WhenAny(running, Task.Delay(_refreshInterval)) != running)
            {
                display.UpdateTarget(Render());
            }
            return await running;
        });
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
        console.MarkupLine($"  {mark} {Markup.Escape(Printable.Line(cell.ToString()))} [dim]{Elapsed.Format(_clock.Elapsed - _cellStart)}[/]");
    }

    public void Note(string text) => console.MarkupLineInterpolated($"      [dim]{Printable.Line(text)}[/]");

    public void Stopping() => _stopping = true;

    private Rows Render()
    {
        string state = _stopping ? " stopping…" : "";
        string running = $"  … {_cell} {Elapsed.Format(_clock.Elapsed - _cellStart)} of {Elapsed.Format(_clock.Elapsed)}{state}";
        return new Rows(Line(running, Style.Plain), Line("      " + _lastLine, new Style(decoration: Decoration.Dim)));
    }

    // A line that the terminal breaks would be left standing when the next frame is drawn.
    private Text Line(string text, Style style) => new(Printable.Cut(Printable.Line(text), console.Profile.Width - 1), style);
}
