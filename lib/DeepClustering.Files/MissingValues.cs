namespace DeepClustering.Files;

/// <summary>What to do about a cell that holds no finite number: empty, NA, NaN, infinite, or text.</summary>
public enum MissingValues
{
    /// <summary>The table is refused; the message names row and column.</summary>
    Refuse,

    /// <summary>The row is left out.</summary>
    LeaveOut,

    /// <summary>The cell is filled in with the mean of the column's numbers.</summary>
    Mean,
}
