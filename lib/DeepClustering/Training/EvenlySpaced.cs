namespace DeepClustering.Training;

/// <summary>Some rows of many, from all over: data are often sorted by class.</summary>
internal static class EvenlySpaced
{
    /// <summary>Indices in rising order.</summary>
    /// <param name="rows">Rows there are, N.</param>
    /// <param name="most">How many to take, if there are so many. Range: at least 1.</param>
    public static int[] Indices(int rows, int most)
    {
        int taken = Math.Min(rows, most);
        return [.. Enumerable.Range(0, taken).Select(i => (int)((long)i * rows / taken))];
    }
}
