namespace Workbook.Running;

/// <summary>How long things may take.</summary>
/// <param name="Cell">A cell, or null for no limit.</param>
/// <param name="Grace">A cell that was asked to stop.</param>
internal sealed record RunLimits(TimeSpan? Cell, TimeSpan Grace);
