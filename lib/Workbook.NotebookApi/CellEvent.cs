namespace Workbook.NotebookApi;

/// <summary>Something a running cell did that a front end shows.</summary>
internal abstract record CellEvent;

/// <summary>A value shown by the cell's code.</summary>
internal sealed record Displayed(string DisplayId, MimeBundle Bundle) : CellEvent;

/// <summary>A value shown earlier, by this cell or another, is to be replaced.</summary>
internal sealed record DisplayUpdated(string DisplayId, MimeBundle Bundle) : CellEvent;

/// <summary>What the cell has shown so far is to be removed.</summary>
/// <param name="Wait">Only when it shows something new.</param>
internal sealed record OutputCleared(bool Wait) : CellEvent;
