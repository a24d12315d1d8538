using Workbook.NotebookApi;

namespace Workbook.Execution;

/// <summary>Text written to the console, as it came; not necessarily whole lines.</summary>
internal sealed record TextWritten(TextStream Stream, string Text) : CellEvent;

/// <summary>The value of the cell's trailing expression.</summary>
internal sealed record ResultProduced(MimeBundle Bundle) : CellEvent;

/// <summary>The cell ended with an error.</summary>
internal sealed record CellFailed(CellError Error) : CellEvent;

internal enum TextStream
{
    Stdout,
    Stderr,
}
