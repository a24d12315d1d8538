using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Running;

namespace Workbook.Tests;

/// <summary>Shows nothing of a run.</summary>
internal sealed class SilentProgress : IRunProgress
{
    public Task<NotebookResult> ShowAsync(Func<Task<NotebookResult>> run) => run();

    public void CellStarted(CellPosition cell)
    {
    }

    public void Happened(CellEvent cellEvent)
    {
    }

    public void CellEnded(CellPosition cell, CellStatus status)
    {
    }

    public void Note(string text)
    {
    }

    public void Stopping()
    {
    }
}
