namespace DeepClustering.Training;

/// <summary>Picks some of many rows, evenly spaced, because data are often sorted by class.</summary>
internal static class EvenlySpaced
{
    /// <summary>Indices of evenly spaced rows, in ascending order.</summary>
    /// <param name="rows">The number of rows, N.</param>
    /// <param name="most">The maximum number of rows to take. Range: at least 1.</param>
    public static int[] Indices(int rows, int most)
    {
        int taken = Math.Min(rows, most);
        return [.. Enumerable.Range(0, taken).Select(i => (int)((long)i * rows / taken))];
    }
}
