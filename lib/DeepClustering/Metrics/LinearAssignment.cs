namespace DeepClustering.Metrics;

/// <summary>The assignment problem: give each row a column of its own so that the sum of the chosen costs is least.</summary>
/// <remarks>
/// Shortest augmenting paths with dual variables, O(n² m) for n ≤ m: R. Jonker and A. Volgenant, "A shortest augmenting
/// path algorithm for dense and sparse linear assignment problems", Computing 38, 1987; rectangular as in D. F. Crouse,
/// "On implementing 2D rectangular assignment algorithms", IEEE Trans. Aerospace and Electronic Systems 52(4), 2016.
/// </remarks>
internal static class LinearAssignment
{
    private const int None = -1;

    /// <summary>Finds an assignment of least total cost that has as many pairs as the shorter side.</summary>
    /// <param name="costs">Cost of each pair, (rows, columns), finite, any sign; to maximise, negate.</param>
    /// <returns>Column of each row, (rows); null for the rows left over when there are fewer columns. Of several best assignments, always the same one.</returns>
    /// <exception cref="ArgumentException">A cost is NaN or infinite.</exception>
    public static int?[] Minimize(double[,] costs)
    {
        ArgumentNullException.ThrowIfNull(costs);
        CheckFinite(costs);
        var (rows, columns) = (costs.GetLength(0), costs.GetLength(1));
        return rows <= columns
            ? Array.ConvertAll(Invert(RowOfColumn(rows, columns, (i, j) => costs[i, j]), rows), Optional)
            : Array.ConvertAll(RowOfColumn(columns, rows, (i, j) => costs[j, i]), Optional);
    }

    /// <summary>Row of each column, or None; rows ≤ columns, and every row gets a column.</summary>
    private static int[] RowOfColumn(int rows, int columns, Func<int, int, double> cost)
    {
        double[] rowPrice = new double[rows];       // u_i, v_j: u_i + v_j ≤ c_ij, with equality on the chosen pairs
        double[] columnPrice = new double[columns];
        int[] rowOf = new int[columns];
        Array.Fill(rowOf, None);
        for (int row = 0; row < rows; row++)
        {
            Augment(row, cost, rowPrice, columnPrice, rowOf);
        }
        return rowOf;
    }

    /// <summary>Gives a free row a column along the cheapest path of exchanges (Dijkstra on the reduced costs).</summary>
    private static void Augment(int freeRow, Func<int, int, double> cost, double[] rowPrice, double[] columnPrice, int[] rowOf)
    {
        double[] distance = new double[columnPrice.Length];
        Array.Fill(distance, double.PositiveInfinity);
        int[] cameFrom = new int[columnPrice.Length];   // the column before this one on its path, None at the start
        Array.Fill(cameFrom, None);
        var settled = new List<int>();
        var open = Enumerable.Range(0, columnPrice.Length).ToList();

        var (row, previous, reached) = (freeRow, None, 0.0);
        while (true)
        {
            foreach (int column in open)
            {
                double length = reached + cost(row, column) - rowPrice[row] - columnPrice[column];
                if (length < distance[column])
                {
                    (distance[column], cameFrom[column]) = (length, previous);
                }
            }

            int nearest = open.MinBy(column => distance[column]);
            reached = distance[nearest];
            if (rowOf[nearest] == None)
            {
                UpdatePrices(freeRow, reached, distance, settled, rowPrice, columnPrice, rowOf);
                Exchange(freeRow, nearest, cameFrom, rowOf);
                return;
            }

            settled.Add(nearest);
            open.Remove(nearest);
            (row, previous) = (rowOf[nearest], nearest);
        }
    }

    private static void UpdatePrices(
        int freeRow, double reached, double[] distance, List<int> settled, double[] rowPrice, double[] columnPrice, int[] rowOf)
    {
        rowPrice[freeRow] += reached;
        foreach (int column in settled)
        {
            rowPrice[rowOf[column]] += reached - distance[column];
            columnPrice[column] -= reached - distance[column];
        }
    }

    private static void Exchange(int freeRow, int freeColumn, int[] cameFrom, int[] rowOf)
    {
        int column = freeColumn;
        for (; cameFrom[column] != None; column = cameFrom[column])
        {
            rowOf[column] = rowOf[cameFrom[column]];
        }
        rowOf[column] = freeRow;
    }

    private static int[] Invert(int[] rowOf, int rows)
    {
        int[] columnOf = new int[rows];
        for (int column = 0; column < rowOf.Length; column++)
        {
            if (rowOf[column] != None)
            {
                columnOf[rowOf[column]] = column;
            }
        }

        return columnOf;
    }

    private static int? Optional(int index) => index == None ? null : index;

    private static void CheckFinite(double[,] costs)
    {
        for (int i = 0; i < costs.GetLength(0); i++)
        {
            for (int j = 0; j < costs.GetLength(1); j++)
            {
                if (!double.IsFinite(costs[i, j]))
                {
                    throw new ArgumentException(FormattableString.Invariant($"Costs must be finite: found {costs[i, j]} in row {i}, column {j}."), nameof(costs));
                }
            }
        }
    }
}
