using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Sums of the Euclidean distances of points to the points of each cluster.</summary>
/// <remarks>
/// The points are sorted by cluster, so that a cluster is a range of columns and its sum needs no look-up of labels. Distances
/// are taken of differences, vector by vector in registers: the matrix-product form |x|² + |y|² - 2xy cancels for points
/// closer to each other than to the origin, and has to write and read all N² distances.
/// </remarks>
/// <typeparam name="T">float or double, as the points.</typeparam>
internal sealed class ClusterDistances<T>
    where T : unmanaged, IRootFunctions<T>
{
    private const int TileBytes = 32 * 1024;   // half of a first-level cache

    private readonly T[] _points;     // (N, D), in the caller's order
    private readonly T[] _columns;    // (D, N), sorted by cluster
    private readonly int[] _starts;   // (K + 1): cluster k is the columns _starts[k] .. _starts[k + 1] - 1
    private readonly int _dimension;
    private readonly int _tileColumns;

    public ClusterDistances(Tensor points, LabelEncoding labels)
    {
        using var scope = NewDisposeScope();
        var scaled = ToUnitScale(points.detach().to(typeof(T) == typeof(float) ? ScalarType.Float32 : ScalarType.Float64));
        var order = tensor(Enumerable.Range(0, labels.Codes.Length).OrderBy(n => labels.Codes[n]).Select(n => (long)n).ToArray());
        _points = scaled.contiguous().data<T>().ToArray();
        _columns = scaled.index_select(0, order).t().contiguous().data<T>().ToArray();
        _starts = [0, .. labels.Counts];
        for (int k = 1; k < _starts.Length; k++)
        {
            _starts[k] += _starts[k - 1];
        }
        _dimension = (int)points.shape[1];
        int step = 2 * Vector512<T>.Count;
        _tileColumns = Math.Max(1, TileBytes / (Unsafe.SizeOf<T>() * _dimension * step)) * step;
    }

    /// <summary>Σ_{y in cluster k} |x - y| of some points x, up to one factor that all share.</summary>
    /// <param name="rows">Indices of the points, (B).</param>
    /// <returns>(B, K), row after row.</returns>
    public double[] Sums(int[] rows)
    {
        int clusters = _starts.Length - 1;
        double[] sums = new double[rows.Length * clusters];
        for (int k = 0; k < clusters; k++)
        {
            for (int first = _starts[k]; first < _starts[k + 1]; first += _tileColumns)
            {
                int end = Math.Min(first + _tileColumns, _starts[k + 1]);
                for (int row = 0; row < rows.Length; row++)
                {
                    sums[row * clusters + k] += Sum(_points.AsSpan(rows[row] * _dimension, _dimension), first, end);
                }
            }
        }

        return sums;
    }

    /// <summary>Sum of the distances of x to the columns first .. end - 1, two vectors of them at a time.</summary>
    private double Sum(ReadOnlySpan<T> x, int first, int end)
    {
        int width = Vector512<T>.Count;
        int total = _columns.Length / _dimension;
        ref var columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        var (sum0, sum1) = (Vector512<T>.Zero, Vector512<T>.Zero);
        int column = first;
        for (; column + 2 * width <= end; column += 2 * width)
        {
            var (square0, square1) = (Vector512<T>.Zero, Vector512<T>.Zero);
            nuint at = (nuint)column;
            foreach (var coordinate in x)
            {
                var center = Vector512.Create(coordinate);
                var difference0 = Vector512.LoadUnsafe(ref columns, at) - center;
                var difference1 = Vector512.LoadUnsafe(ref columns, at + (nuint)width) - center;
                square0 = VectorSquares.Add(square0, difference0);
                square1 = VectorSquares.Add(square1, difference1);
                at += (nuint)total;
            }

            sum0 += Vector512.Sqrt(square0);
            sum1 += Vector512.Sqrt(square1);
        }

        double sum = double.CreateTruncating(Vector512.Sum(sum0 + sum1));
        for (; column < end; column++)
        {
            sum += Distance(x, column, total);
        }
        return sum;
    }

    private double Distance(ReadOnlySpan<T> x, int column, int total)
    {
        var square = T.Zero;
        for (int d = 0; d < x.Length; d++)
        {
            var difference = _columns[d * total + column] - x[d];
            square += difference * difference;
        }

        return double.CreateTruncating(T.Sqrt(square));
    }

    /// <summary>Whether float32 has room for the squares of all differences of the points, from the largest to the smallest.</summary>
    /// <remarks>
    /// A difference of two float32 numbers is zero or at least 2⁻²⁴ of the smaller one. Scaled so that the sum of squares stays
    /// below 2¹²⁸, it must stay above 2⁻⁶².
    /// </remarks>
    public static bool FitFloat32(Tensor points)
    {
        using var scope = NewDisposeScope();
        var sizes = points.detach().abs().to(ScalarType.Float64);
        double least = sizes.masked_fill(sizes == 0, double.PositiveInfinity).min().item<double>();
        return double.IsInfinity(least) || Math.ILogB(sizes.max().item<double>()) - Math.ILogB(least) < LargestExponent(points) + 62 - 24;
    }

    /// <summary>Multiplies by the power of two, thus exactly, that keeps squares of differences from overflow and underflow.</summary>
    private static Tensor ToUnitScale(Tensor points)
    {
        double largest = points.abs().max().to(ScalarType.Float64).item<double>();
        if (largest == 0)
        {
            return points;
        }
        int exponent = Math.Max(Math.ILogB(largest) - (typeof(T) == typeof(float) ? LargestExponent(points) : 0), -1000);   // 2^1000 is still finite
        return (points.to(ScalarType.Float64) * Math.ScaleB(1, -exponent)).to(points.dtype);
    }

    /// <summary>Exponent of the largest coordinate with which D squares of differences stay within float32.</summary>
    private static int LargestExponent(Tensor points) => 60 - ((BitOperations.Log2((uint)points.shape[1]) + 1) / 2);
}
