namespace Workbook.Execution;

/// <summary>How a cell ended.</summary>
internal enum CellStatus
{
    Succeeded,

    /// <summary>With an error of its own, which has been published.</summary>
    Failed,

    /// <summary>Because it was asked to stop.</summary>
    Interrupted,

    /// <summary>Asked to stop, it did not: its thread runs on, and what it still does is not seen.</summary>
    Abandoned,
}
