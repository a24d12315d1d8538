using System.Collections;

namespace DeepClustering.Metrics;

/// <summary>A row of a table of counts of which only those above zero are kept.</summary>
/// <param name="count">How many columns the table has.</param>
/// <param name="columns">The columns with a count above zero, ascending.</param>
/// <param name="values">Their counts.</param>
internal sealed class SparseRow(int count, int[] columns, int[] values) : IReadOnlyList<int>
{
    public int Count => count;

    /// <summary>The columns with a count above zero, ascending.</summary>
    public IReadOnlyList<int> Columns => columns;

    /// <summary>The counts above zero, in the order of <see cref="Columns"/>.</summary>
    public IReadOnlyList<int> Values => values;

    public int this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
            int at = Array.BinarySearch(columns, index);
            return at < 0 ? 0 : values[at];
        }
    }

    /// <summary>The same counts in other columns.</summary>
    /// <param name="newCount">How many columns the new table has.</param>
    /// <param name="columnOf">The new column of each old one.</param>
    public SparseRow Rearranged(int newCount, int[] columnOf)
    {
        int[] newColumns = Array.ConvertAll(columns, column => columnOf[column]);
        int[] newValues = values.ToArray();
        Array.Sort(newColumns, newValues);
        return new SparseRow(newCount, newColumns, newValues);
    }

    public IEnumerator<int> GetEnumerator()
    {
        int next = 0;
        for (int column = 0; column < count; column++)
        {
            yield return next < columns.Length && columns[next] == column ? values[next++] : 0;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
