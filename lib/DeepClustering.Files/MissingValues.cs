namespace DeepClustering.Files;

/// <summary>What becomes of a cell that holds no finite number: empty, NA, NaN, infinite, or text.</summary>
public enum MissingValues
{
    /// <summary>The table is refused; the message names row and column.</summary>
    Refuse,

    /// <summary>The row is left out.</summary>
    LeaveOut,

    /// <summary>The mean of the column's numbers takes its place.</summary>
    Mean,
}
