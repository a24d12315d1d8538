using DeepClustering.Data;

namespace DeepClustering.Metrics;

/// <summary>A column in which a cluster differs from the other rows.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Column">The column's name.</param>
/// <param name="Inside">The mean of the cluster's rows, in units of the data.</param>
/// <param name="Outside">The mean of all other rows.</param>
/// <param name="Difference">(Inside − Outside) / s, with s² the mean of the two variances' weighted by their rows (Cohen's d); ±∞ where both are constant and differ.</param>
public sealed record DistinguishingFeature(int Cluster, string Column, double Inside, double Outside, double Difference)
{
    /// <summary>The columns that tell each cluster from the rest, by the size of the difference.</summary>
    /// <param name="data">A table.</param>
    /// <param name="clusters">The cluster of each of its rows.</param>
    /// <param name="most">The maximum number of columns per cluster. Range: at least 1.</param>
    /// <returns>Cluster by cluster, the greatest difference first; none for a cluster that holds all rows.</returns>
    /// <exception cref="ArgumentException">There are no columns, or not as many clusters as rows.</exception>
    public static IReadOnlyList<DistinguishingFeature> Of(Dataset data, IReadOnlyList<int> clusters, int most = 5)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(clusters);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        if (data.Columns.Count == 0)
        {
            throw new ArgumentException($"'{data.Name}' has no named columns.", nameof(data));
        }
        if (clusters.Count != data.Count)
        {
            throw new ArgumentException($"expected a cluster for each of {data.Count} rows, found {clusters.Count}.", nameof(clusters));
        }
        var groups = Enumerable.Range(0, data.Count).GroupBy(row => clusters[row]).OrderBy(group => group.Key)
            .Select(group => (Cluster: group.Key, Moments: Moments.Of(data, group))).ToArray();
        return groups.Length < 2 ? [] : [.. groups.SelectMany(group => Features(data, group.Cluster, group.Moments,
            groups.Where(other => other.Cluster != group.Cluster).Select(other => other.Moments).Aggregate(Moments.Sum)).Take(most))];
    }

    private static IEnumerable<DistinguishingFeature> Features(Dataset data, int cluster, Moments inside, Moments outside) =>
        from column in Enumerable.Range(0, data.InputSize)
        let difference = inside.Means[column] - outside.Means[column]
        where difference != 0
        let spread = Math.Sqrt((inside.Squares[column] + outside.Squares[column]) / (inside.Count + outside.Count))
        let feature = new DistinguishingFeature(cluster, data.Columns[column], inside.Means[column], outside.Means[column], difference / spread)
        orderby Math.Abs(feature.Difference) descending
        select feature;

    /// <summary>Rows, their mean and the sum of squared distances from it, a column each (Welford; Chan, Golub and LeVeque 1983 for the sum of two).</summary>
    private sealed record Moments(int Count, double[] Means, double[] Squares)
    {
        public static Moments Of(Dataset data, IEnumerable<int> rows)
        {
            int count = 0;
            double[] means = new double[data.InputSize], squares = new double[data.InputSize];
            foreach (int row in rows)
            {
                count++;
                float[] values = data.Row(row);
                for (int i = 0; i < values.Length; i++)
                {
                    double before = values[i] - means[i];
                    means[i] += before / count;
                    squares[i] += before * (values[i] - means[i]);
                }
            }
            return new(count, means, squares);
        }

        public static Moments Sum(Moments a, Moments b)
        {
            int count = a.Count + b.Count;
            double share = (double)b.Count / count;
            return new(count,
                [.. a.Means.Zip(b.Means, (x, y) => x + (y - x) * share)],
                [.. a.Squares.Select((square, i) => square + b.Squares[i] + Math.Pow(b.Means[i] - a.Means[i], 2) * a.Count * share)]);
        }
    }
}
