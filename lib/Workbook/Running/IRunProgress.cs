using Workbook.Execution;
using Workbook.NotebookApi;

namespace Workbook.Running;

/// <summary>Shows the run of a notebook as it happens.</summary>
internal interface IRunProgress
{
    /// <summary>Shows what the run reports until it has ended.</summary>
    Task<NotebookResult> ShowAsync(Func<Task<NotebookResult>> run);

    void CellStarted(CellPosition cell);

    /// <summary>Called on the cell's threads, one at a time.</summary>
    void Happened(CellEvent cellEvent);

    void CellEnded(CellPosition cell, CellStatus status);

    /// <summary>Something about a cell that a reader would wonder about.</summary>
    void Note(string text);

    /// <summary>The running cell was asked to stop.</summary>
    void Stopping();
}
