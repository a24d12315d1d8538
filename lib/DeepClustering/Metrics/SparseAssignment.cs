namespace DeepClustering.Metrics;

/// <summary>One-to-one matching of rows to columns of the largest total count, where nearly all counts are zero.</summary>
/// <remarks>
/// Shortest augmenting paths with prices, as in <see cref="LinearAssignment"/>, along the counts above zero alone, with a heap
/// for the nearest column (M. L. Fredman and R. E. Tarjan, "Fibonacci heaps and their uses in improved network optimization
/// algorithms", Journal of the ACM 34, 1987). A row may stay without a column, at no cost. Exact: everything is an integer.
/// </remarks>
internal sealed class SparseAssignment
{
    private const int None = -1;

    private readonly IReadOnlyList<SparseRow> _rows;
    private readonly long[] _rowPrice, _columnPrice;   // u_i + v_j ≤ −n_ij, with equality on the chosen pairs; u_i ≤ 0
    private readonly int[] _columnOf, _rowOf;

    // Of one search, for the columns it has reached.
    private readonly long[] _distance;
    private readonly int[] _cameFrom;
    private readonly List<int> _reached = [];

    private SparseAssignment(IReadOnlyList<SparseRow> rows, int columns)
    {
        _rows = rows;
        _rowPrice = [.. rows.Select(row => -(long)row.Values.Max())];
        _columnPrice = new long[columns];
        _distance = new long[columns];
        Array.Fill(_distance, long.MaxValue);
        _cameFrom = new int[columns];
        _columnOf = new int[rows.Count];
        _rowOf = new int[columns];
        Array.Fill(_columnOf, None);
        Array.Fill(_rowOf, None);
    }

    /// <summary>Finds the matching with the largest total count.</summary>
    /// <param name="rows">The rows of the table, each with a count above zero.</param>
    /// <param name="columns">How many columns the table has.</param>
    /// <returns>The column of each row, −1 for none. Of several best matchings, always the same one.</returns>
    public static int[] Maximize(IReadOnlyList<SparseRow> rows, int columns)
    {
        var assignment = new SparseAssignment(rows, columns);
        for (int row = 0; row < rows.Count; row++)
        {
            assignment.Augment(row);
        }
        return assignment._columnOf;
    }

    /// <summary>Finds the cheapest path of exchanges that gives a free row a column, or takes one from another row (Dijkstra on the reduced costs).</summary>
    private void Augment(int freeRow)
    {
        var heap = new PriorityQueue<int, (long Distance, int Column)>();
        var settled = new List<int>();
        var (row, before, reached) = (freeRow, None, 0L);
        // The nearest end so far: a column that is free, or the column whose row gives it up for none.
        var (end, giver, length) = (None, freeRow, -_rowPrice[freeRow]);
        while (true)
        {
            Relax(row, before, reached, heap);
            int column = Next(heap);
            if (column == None || _distance[column] >= length)
            {
                break;
            }
            reached = _distance[column];
            if (_rowOf[column] == None)
            {
                (end, giver, length) = (column, None, reached);
                break;
            }

            settled.Add(column);
            (row, before) = (_rowOf[column], column);
            if (reached - _rowPrice[row] < length)
            {
                (end, giver, length) = (column, row, reached - _rowPrice[row]);
            }
        }

        UpdatePrices(freeRow, length, settled);
        Exchange(freeRow, end, giver);
        foreach (int column in _reached)
        {
            _distance[column] = long.MaxValue;
        }
        _reached.Clear();
    }

    private void Relax(int row, int before, long reached, PriorityQueue<int, (long Distance, int Column)> heap)
    {
        for (int i = 0; i < _rows[row].Columns.Count; i++)
        {
            int column = _rows[row].Columns[i];
            long distance = reached - _rows[row].Values[i] - _rowPrice[row] - _columnPrice[column];
            if (distance >= _distance[column])
            {
                continue;
            }
            if (_distance[column] == long.MaxValue)
            {
                _reached.Add(column);
            }
            (_distance[column], _cameFrom[column]) = (distance, before);
            heap.Enqueue(column, (distance, column));
        }
    }

    /// <summary>The nearest column that is not settled.</summary>
    private int Next(PriorityQueue<int, (long Distance, int Column)> heap)
    {
        while (heap.TryDequeue(out int column, out var priority))
        {
            // An entry that a shorter way has replaced is passed over.
            if (priority.Distance == _distance[column])
            {
                return column;
            }
        }

        return None;
    }

    private void UpdatePrices(int freeRow, long length, List<int> settled)
    {
        _rowPrice[freeRow] += length;
        foreach (int column in settled)
        {
            _rowPrice[_rowOf[column]] += length - _distance[column];
            _columnPrice[column] -= length - _distance[column];
        }
    }

    /// <summary>Passes the columns along the path from its end; <paramref name="giver"/> is the row that is left without one.</summary>
    private void Exchange(int freeRow, int end, int giver)
    {
        if (giver != None)
        {
            _columnOf[giver] = None;
        }
        int column = end;
        while (column != None)
        {
            int before = _cameFrom[column];
            int taker = before == None ? freeRow : _rowOf[before];
            (_rowOf[column], _columnOf[taker]) = (taker, column);
            column = before;
        }
    }
}
