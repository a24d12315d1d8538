using Workbook.Execution;

namespace Workbook.Running;

/// <summary>How the run of a notebook ended.</summary>
/// <param name="ExitCode">What the process exits with.</param>
/// <param name="Cell">The last cell that ran, or null if there was none.</param>
/// <param name="Error">What that cell failed with, or null.</param>
internal sealed record NotebookResult(int ExitCode, CellPosition? Cell, CellError? Error)
{
    public const int Succeeded = 0;
    public const int Failed = 1;
    public const int Interrupted = 130;
}
