namespace DeepClustering.Metrics;

/// <summary>The optimal one-to-one assignment of rows to columns, by shortest augmenting paths (Crouse 2016).</summary>
internal static class LinearAssignment
{
    /// <summary>Maximises the summed gain over all assignments of rows to distinct columns.</summary>
    /// <param name="gains">(rows, columns), finite; rows ≤ columns.</param>
    /// <returns>The column of each row.</returns>
    public static int[] Maximise(double[,] gains)
    {
        int rows = gains.GetLength(0), columns = gains.GetLength(1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, columns, nameof(gains));
        double[] rowPrice = new double[rows], columnPrice = new double[columns];
        int[] rowOf = Filled(columns), columnOf = Filled(rows);
        for (int start = 0; start < rows; start++)
        {
            Augment(start);
        }
        return columnOf;

        // Dijkstra over reduced costs from one unassigned row to the nearest free column
        void Augment(int start)
        {
            double[] distance = new double[columns];
            Array.Fill(distance, double.PositiveInfinity);
            bool[] rowDone = new bool[rows], columnDone = new bool[columns];
            int[] cameFrom = Filled(columns);
            double shortest = 0;
            int row = start, sink = -1;
            while (sink < 0)
            {
                rowDone[row] = true;
                int nearest = -1;
                for (int column = 0; column < columns; column++)
                {
                    if (columnDone[column])
                    {
                        continue;
                    }
                    double candidate = shortest - gains[row, column] - rowPrice[row] - columnPrice[column];
                    if (candidate < distance[column])
                    {
                        (distance[column], cameFrom[column]) = (candidate, row);
                    }
                    if (nearest < 0 || distance[column] < distance[nearest])
                    {
                        nearest = column;
                    }
                }
                shortest = distance[nearest];
                columnDone[nearest] = true;
                (row, sink) = rowOf[nearest] < 0 ? (row, nearest) : (rowOf[nearest], -1);
            }
            rowPrice[start] += shortest;
            for (int i = 0; i < rows; i++)
            {
                if (rowDone[i] && i != start)
                {
                    rowPrice[i] += shortest - distance[columnOf[i]];
                }
            }
            for (int j = 0; j < columns; j++)
            {
                if (columnDone[j])
                {
                    columnPrice[j] -= shortest - distance[j];
                }
            }
            for (int column = sink; ;)
            {
                int owner = cameFrom[column];
                rowOf[column] = owner;
                (columnOf[owner], column) = (column, columnOf[owner]);
                if (owner == start)
                {
                    break;
                }
            }
        }
    }

    private static int[] Filled(int length)
    {
        int[] none = new int[length];
        Array.Fill(none, -1);
        return none;
    }
}
