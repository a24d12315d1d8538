using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;

namespace DeepClustering.Metrics;

/// <summary>How much nearer points are to their own group than to the next (Rousseeuw 1987).</summary>
public static class Silhouette
{
    private const int RowBlock = 64, ColumnBlock = 512;

    /// <summary>The mean of (b − a) / max(a, b) over all points: [−1, 1], higher is better. Exact; O(N² D) time, O(N (D + K)) memory.</summary>
    /// <param name="points">(N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="labels">The group of every point, N; 2 to N − 1 distinct.</param>
    /// <exception cref="ArgumentException">The shapes or the number of groups do not fit, or a coordinate is not finite.</exception>
    public static double Score(torch.Tensor points, IReadOnlyList<int> labels) => Samples(points, labels).Average();

    /// <summary>The mean over a random sample of the points, distances taken within the sample, as scikit-learn's sample_size does.</summary>
    /// <param name="points">(N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="labels">The group of every point, N.</param>
    /// <param name="sampleSize">Points in the sample, 3 to N.</param>
    /// <param name="seed">Chooses the sample.</param>
    /// <exception cref="ArgumentException">The shapes or the number of groups in the sample do not fit, or a coordinate is not finite.</exception>
    public static double Sampled(torch.Tensor points, IReadOnlyList<int> labels, int sampleSize, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sampleSize, 3);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sampleSize, labels.Count);
        int[] order = [.. Enumerable.Range(0, labels.Count)];
        new Random(seed).Shuffle(order);
        using var chosen = torch.tensor(order[..sampleSize], torch.int64);
        using var sample = points.index_select(0, chosen);
        return Score(sample, [.. order[..sampleSize].Select(i => labels[i])]);
    }

    /// <summary>(b − a) / max(a, b) of every point: a is its mean distance to the rest of its group, b the smallest mean distance to another group.</summary>
    /// <param name="points">(N, D), float32 or float64; they stay the caller's.</param>
    /// <param name="labels">The group of every point, N; 2 to N − 1 distinct.</param>
    /// <returns>N values in [−1, 1]; 0 for a point alone in its group.</returns>
    /// <exception cref="ArgumentException">The shapes or the number of groups do not fit, or a coordinate is not finite.</exception>
    public static double[] Samples(torch.Tensor points, IReadOnlyList<int> labels)
    {
        var groups = new Groups(points, labels);
        double[,] sums = DistanceSums(groups);
        var values = new double[groups.Index.Length];
        for (int n = 0; n < values.Length; n++)
        {
            int own = groups.Index[n];
            double a = sums[n, own] / Math.Max(groups.Sizes[own] - 1, 1);
            double b = Enumerable.Range(0, groups.Sizes.Length).Where(k => k != own).Min(k => sums[n, k] / groups.Sizes[k]);
            values[n] = groups.Sizes[own] == 1 || Math.Max(a, b) == 0 ? 0 : (b - a) / Math.Max(a, b);
        }
        return values;
    }

    /// <summary>The summed distances of every point to each group, (N, K), in float64.</summary>
    private static double[,] DistanceSums(Groups groups)
    {
        int count = groups.Index.Length, dimensions = groups.Dimensions, k = groups.Sizes.Length;
        // Sorted by group and stored dimension by dimension, so that one vector holds a coordinate of neighbouring points.
        int[] order = [.. Enumerable.Range(0, count).OrderBy(n => groups.Index[n])];
        double[] columns = new double[dimensions * count];
        for (int p = 0; p < count; p++)
        {
            for (int d = 0; d < dimensions; d++)
            {
                columns[d * count + p] = groups.Points[order[p] * dimensions + d];
            }
        }
        int[] starts = [0, .. groups.Sizes];
        for (int i = 1; i <= k; i++)
        {
            starts[i] += starts[i - 1];
        }
        var sums = new double[count, k];
        Parallel.For(0, (count + RowBlock - 1) / RowBlock, block =>
        {
            for (int group = 0; group < k; group++)
            {
                for (int from = starts[group]; from < starts[group + 1]; from += ColumnBlock)
                {
                    int to = Math.Min(from + ColumnBlock, starts[group + 1]);
                    for (int p = block * RowBlock; p < Math.Min(count, (block + 1) * RowBlock); p++)
                    {
                        sums[order[p], group] += DistanceSum(columns, count, dimensions, p, from, to);
                    }
                }
            }
        });
        return sums;
    }

    /// <summary>Σ_{from ≤ q &lt; to} ‖x_p − x_q‖, two vectors of points at a time.</summary>
    private static double DistanceSum(double[] columns, int count, int dimensions, int p, int from, int to)
    {
        int width = Vector<double>.Count, q = from;
        ref double first = ref MemoryMarshal.GetArrayDataReference(columns);
        Vector<double> even = Vector<double>.Zero, odd = Vector<double>.Zero;
        for (; q + 2 * width <= to; q += 2 * width)
        {
            Vector<double> squaresEven = Vector<double>.Zero, squaresOdd = Vector<double>.Zero;
            for (int d = 0; d < dimensions; d++)
            {
                var x = new Vector<double>(columns[d * count + p]);
                var differenceEven = Vector.LoadUnsafe(ref first, (nuint)(d * count + q)) - x;
                var differenceOdd = Vector.LoadUnsafe(ref first, (nuint)(d * count + q + width)) - x;
                squaresEven = Vector.FusedMultiplyAdd(differenceEven, differenceEven, squaresEven);
                squaresOdd = Vector.FusedMultiplyAdd(differenceOdd, differenceOdd, squaresOdd);
            }
            even += Vector.SquareRoot(squaresEven);
            odd += Vector.SquareRoot(squaresOdd);
        }
        double sum = Vector.Sum(even + odd);
        for (; q < to; q++)
        {
            double squares = 0;
            for (int d = 0; d < dimensions; d++)
            {
                double difference = columns[d * count + q] - columns[d * count + p];
                squares += difference * difference;
            }
            sum += Math.Sqrt(squares);
        }
        return sum;
    }
}
