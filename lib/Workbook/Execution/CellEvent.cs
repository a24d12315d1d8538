namespace Workbook.Execution;

/// <summary>Something a running cell did that a front end shows.</summary>
internal abstract record CellEvent;

/// <summary>Text written to the console, as it came; not necessarily whole lines.</summary>
internal sealed record TextWritten(TextStream Stream, string Text) : CellEvent;

/// <summary>A value shown by the cell's code.</summary>
internal sealed record Displayed(string DisplayId, MimeBundle Bundle) : CellEvent;

/// <summary>A value shown earlier, by this cell or another, is to be replaced.</summary>
internal sealed record DisplayUpdated(string DisplayId, MimeBundle Bundle) : CellEvent;

/// <summary>The value of the cell's trailing expression.</summary>
internal sealed record ResultProduced(MimeBundle Bundle) : CellEvent;

/// <summary>The cell ended with an error.</summary>
internal sealed record CellFailed(CellError Error) : CellEvent;

internal enum TextStream
{
    Stdout,
    Stderr,
}
