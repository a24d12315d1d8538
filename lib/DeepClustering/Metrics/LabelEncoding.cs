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
        int[] values = [.. new HashSet<int>(all).Order()];
        var codeOf = new Dictionary<int, int>(values.Length);
        for (var code = 0; code < values.Length; code++)
        {
            codeOf[values[code]] = code;
        }
        var counts = new int[values.Length];
        for (var n = 0; n < all.Length; n++)
        {
            all[n] = codeOf[all[n]];
            counts[all[n]]++;
        }

        return new LabelEncoding(values, all, counts);
    }
}
