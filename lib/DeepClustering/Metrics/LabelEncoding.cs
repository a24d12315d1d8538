namespace DeepClustering.Metrics;

/// <summary>Labels as indices: value <c>Values[Codes[n]]</c> is the label of point n.</summary>
/// <param name="Values">The different labels, ascending, (K).</param>
/// <param name="Codes">Index into <paramref name="Values"/> of every point, (N), each in 0..K-1.</param>
/// <param name="Counts">Number of points with each label, (K), each at least 1.</param>
internal sealed record LabelEncoding(int[] Values, int[] Codes, int[] Counts)
{
    public static LabelEncoding Of(IReadOnlyList<int> labels)
    {
        var values = labels.Distinct().Order().ToArray();
        var codes = labels.Select(label => Array.BinarySearch(values, label)).ToArray();
        var counts = new int[values.Length];
        foreach (var code in codes)
            counts[code]++;
        return new LabelEncoding(values, codes, counts);
    }
}
