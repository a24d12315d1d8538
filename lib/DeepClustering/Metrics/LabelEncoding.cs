namespace DeepClustering.Metrics;

/// <summary>Labels as indices: value <c>Values[Codes[n]]</c> is the label of point n.</summary>
/// <param name="Values">The different labels, ascending, (K).</param>
/// <param name="Codes">Index into <paramref name="Values"/> of every point, (N), each in 0..K-1.</param>
/// <param name="Counts">Number of points with each label, (K), each at least 1.</param>
internal sealed record LabelEncoding(int[] Values, int[] Codes, int[] Counts)
{
    public static LabelEncoding Of(IReadOnlyList<int> labels)
    {
        int[] all = [.. labels];
        int[] values = Different(all);
        int[] counts = new int[values.Length];
        // Numbers without gaps, the usual case, are their own codes but for the first.
        bool withoutGaps = values.Length > 0 && (long)values[^1] - values[0] == values.Length - 1;
        var codeOf = withoutGaps ? [] : values.Index().ToDictionary(value => value.Item, value => value.Index);
        for (int n = 0; n < all.Length; n++)
        {
            all[n] = withoutGaps ? all[n] - values[0] : codeOf[all[n]];
            counts[all[n]]++;
        }

        return new LabelEncoding(values, all, counts);
    }

    /// <summary>The different numbers, ascending.</summary>
    private static int[] Different(int[] all)
    {
        if (all.Length == 0)
        {
            return [];
        }
        // A table of the range, where it is not much longer than the labels; a set where it is.
        var (first, last) = (all.Min(), all.Max());
        if ((long)last - first >= 8L * all.Length)
        {
            return [.. new HashSet<int>(all).Order()];
        }
        bool[] seen = new bool[last - first + 1];
        foreach (int label in all)
        {
            seen[label - first] = true;
        }
        return [.. Enumerable.Range(0, seen.Length).Where(offset => seen[offset]).Select(offset => offset + first)];
    }
}
