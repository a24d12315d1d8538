namespace DeepClustering.Metrics;

/// <summary>One-to-one matching of rows to columns of the largest total count, where nearly all counts are zero.</summary>
/// <remarks>
/// Shortest augmenting paths with prices, as in <see cref="LinearAssignment"/>, along the counts above zero alone, in depth among
/// columns that are equally near (with small counts, most), with a heap for the nearest of the others (M. L. Fredman and R. E. Tarjan, "Fibonacci heaps and their uses in improved network optimization
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
    private readonly Stack<int> _asNear = [];                 // those as near as the last one settled
    private readonly PriorityQueue<int, long> _farther = new();

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
        var settled = new List<int>();
        var (row, before, reached) = (freeRow, None, 0L);
        // The nearest end so far: a column that is free, or the column whose row gives it up for none.
        var (end, giver, length) = (None, freeRow, -_rowPrice[freeRow]);
        while (true)
        {
            int column = Relax(row, before, reached);
            if (column == None)
            {
                column = Next();
            }
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
        _asNear.Clear();
        _farther.Clear();
    }

    /// <summary>Looks at a row's columns from where it is reached; returns a free one that is not farther, which nothing can be nearer than.</summary>
    private int Relax(int row, int before, long reached)
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
            if (distance > reached)
            {
                _farther.Enqueue(column, distance);
            }
            else if (_rowOf[column] == None)
            {
                return column;
            }
            else
            {
                _asNear.Push(column);
            }
        }
        return None;
    }

    /// <summary>The nearest column that is not settled.</summary>
    private int Next()
    {
        if (_asNear.TryPop(out int near))
        {
            return near;
        }
        while (_farther.TryDequeue(out int column, out long distance))
        {
            // An entry that a shorter way has replaced is passed over.
            if (distance == _distance[column])
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
