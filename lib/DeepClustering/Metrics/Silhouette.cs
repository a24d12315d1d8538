using System.Numerics;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Silhouette coefficients: how much closer points lie to their own cluster than to the next one.</summary>
/// <remarks>
/// s = (b - a) / max(a, b) of a point, with a the mean Euclidean distance to the other points of its cluster and b the least,
/// over the other clusters, of the mean distance to a cluster's points. Range -1 to 1: 1 is best, near 0 the point lies between
/// clusters, below 0 another cluster is closer. 0 for the only point of a cluster, and where a = b = 0. Undefined unless
/// 2 ≤ K ≤ N - 1. All N² distances are computed, on all cores, and none is kept: memory grows as N · D. Source: P. J. Rousseeuw,
/// "Silhouettes: a graphical aid to the interpretation and validation of cluster analysis", J. Computational and Applied
/// Mathematics 20, 1987.
/// </remarks>
public static class Silhouette
{
    private const int BlockRows = 64;

    /// <summary>Mean silhouette coefficient of all points; O(N² D).</summary>
    /// <param name="points">Points, (N, D), finite, on the CPU; float32 takes half the time of float64 and errs by about 1e-7 (unless its numbers span so many powers of ten, as beside a no-data value, that squares would vanish: then it is computed as float64).</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <returns>-1 to 1; the same for the same input, whatever the number of cores.</returns>
    /// <exception cref="ArgumentException">Wrong shape, dtype or device, NaN or infinite points, lengths that differ, or not 2 to N - 1 different labels.</exception>
    public static double Score(Tensor points, IReadOnlyList<int> labels) => Samples(points, labels).Average();

    /// <summary>Silhouette coefficient of every point; O(N² D).</summary>
    /// <param name="points">Points, (N, D), as for <see cref="Score"/>.</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <returns>s of every point, (N), each -1 to 1.</returns>
    /// <exception cref="ArgumentException">As for <see cref="Score"/>.</exception>
    public static double[] Samples(Tensor points, IReadOnlyList<int> labels)
    {
        var encoding = MetricArguments.CheckLabelledPoints(points, labels);
        return Coefficients(points, encoding, [.. Enumerable.Range(0, labels.Count)]);
    }

    /// <summary>Estimates <see cref="Score"/> from the exact coefficients of some points; O(sampleSize · N · D).</summary>
    /// <remarks>
    /// Unlike scikit-learn's sample_size, which drops the other points, the distances are to all N points: the estimate is
    /// unbiased, and with sampleSize = N it is the exact score with standard error 0.
    /// </remarks>
    /// <param name="points">Points, (N, D), as for <see cref="Score"/>.</param>
    /// <param name="labels">Cluster of every point, (N), any integers.</param>
    /// <param name="sampleSize">Number of points drawn without replacement, 2 to N.</param>
    /// <param name="seed">Seed of the draw; the same seed draws the same points.</param>
    /// <exception cref="ArgumentException">As for <see cref="Score"/>.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The sample size is not within 2 to N.</exception>
    public static SilhouetteEstimate Sampled(Tensor points, IReadOnlyList<int> labels, int sampleSize, int seed)
    {
        var encoding = MetricArguments.CheckLabelledPoints(points, labels);
        if (sampleSize < 2 || sampleSize > labels.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(sampleSize), sampleSize, $"The sample size must be 2 to {labels.Count}, the number of points.");
        }

        int[] rows = Enumerable.Range(0, labels.Count).ToArray();
        new Random(seed).Shuffle(rows);
        double[] sample = Coefficients(points, encoding, rows[..sampleSize]);

        double mean = sample.Average();
        double variance = sample.Sum(s => (s - mean) * (s - mean)) / (sampleSize - 1);
        double unseen = 1 - (double)sampleSize / labels.Count;   // finite population correction
        return new SilhouetteEstimate(mean, Math.Sqrt(variance / sampleSize * unseen));
    }

    private static double[] Coefficients(Tensor points, LabelEncoding labels, int[] rows) =>
        points.dtype == ScalarType.Float32 && ClusterDistances<float>.FitFloat32(points)
            ? Coefficients(new ClusterDistances<float>(points, labels), labels, rows)
            : Coefficients(new ClusterDistances<double>(points, labels), labels, rows);

    private static double[] Coefficients<T>(ClusterDistances<T> distances, LabelEncoding labels, int[] rows)
        where T : unmanaged, IRootFunctions<T>
    {
        double[] coefficients = new double[rows.Length];
        int[][] blocks = rows.Chunk(BlockRows).ToArray();
        Parallel.For(0, blocks.Length, block =>
        {
            double[] sums = distances.Sums(blocks[block]);   // (rows, K)
            for (int row = 0; row < blocks[block].Length; row++)
            {
                var ofPoint = sums.AsSpan(row * labels.Counts.Length, labels.Counts.Length);
                coefficients[block * BlockRows + row] = Coefficient(ofPoint, labels.Codes[blocks[block][row]], labels.Counts);
            }
        });
        return coefficients;
    }

    /// <summary>s of a point of cluster <paramref name="own"/> from the sums of its distances to each cluster, (K).</summary>
    private static double Coefficient(ReadOnlySpan<double> sums, int own, int[] counts)
    {
        if (counts[own] == 1)
        {
            return 0;
        }

        double a = sums[own] / (counts[own] - 1);
        double b = double.PositiveInfinity;
        for (int k = 0; k < counts.Length; k++)
        {
            if (k != own)
            {
                b = Math.Min(b, sums[k] / counts[k]);
            }
        }

        double larger = Math.Max(a, b);
        return larger == 0 ? 0 : (b - a) / larger;
    }
}
