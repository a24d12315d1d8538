using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>K points in D dimensions with twice the precision of float64: each coordinate is the unevaluated sum of a high and a low part.</summary>
/// <remarks>
/// The mean of points around 10¹² is rounded to 10⁻⁴ in float64; a spread of 1 around it would then be wrong in the ninth digit.
/// Sums are error-free transformations: T. J. Dekker, "A floating-point technique for extending the available precision",
/// Numerische Mathematik 18, 1971.
/// </remarks>
internal sealed class Centres
{
    private readonly double[] _high, _low;   // (K, D)

    public Centres(int count, int dimensions)
        : this(new double[count * dimensions], new double[count * dimensions], dimensions)
    {
    }

    /// <summary>Takes float64 means (K, D), which stay the caller's.</summary>
    public Centres(Tensor means)
        : this(means.data<double>().ToArray(), new double[means.numel()], (int)means.shape[1])
    {
    }

    private Centres(double[] high, double[] low, int dimensions) => (_high, _low, Dimensions) = (high, low, dimensions);

    /// <summary>The number of centres, K.</summary>
    public int Count => _high.Length / Dimensions;

    /// <summary>The number of dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>The coordinates rounded to float64, (K, D); the caller disposes it.</summary>
    public Tensor ToTensor() => tensor(_high, [Count, Dimensions]);

    /// <summary>Coordinate d of a point minus that of centre k.</summary>
    public double Difference(double coordinate, int k, int d) => coordinate - _high[(k * Dimensions) + d] - _low[(k * Dimensions) + d];

    /// <summary>Coordinate d of centre k minus that of centre l.</summary>
    public double Between(int k, int l, int d) =>
        _high[(k * Dimensions) + d] - _high[(l * Dimensions) + d] + (_low[(k * Dimensions) + d] - _low[(l * Dimensions) + d]);

    /// <summary>Moves a centre to a point.</summary>
    public void Place(int k, ReadOnlySpan<double> point)
    {
        point.CopyTo(_high.AsSpan(k * Dimensions, Dimensions));
        _low.AsSpan(k * Dimensions, Dimensions).Clear();
    }

    /// <summary>Moves coordinate d of a centre.</summary>
    public void Move(int k, int d, double shift)
    {
        int at = (k * Dimensions) + d;
        (double sum, double error) = Sum(_high[at], shift);
        (_high[at], _low[at]) = Sum(sum, _low[at] + error);
    }

    /// <summary>A copy of the centres that can be moved independently.</summary>
    public Centres Clone() => new([.. _high], [.. _low], Dimensions);

    /// <summary>The high parts of one centre's coordinates, (D).</summary>
    public ReadOnlySpan<double> High(int k) => _high.AsSpan(k * Dimensions, Dimensions);

    /// <summary>The low parts of one centre's coordinates, (D).</summary>
    public ReadOnlySpan<double> Low(int k) => _low.AsSpan(k * Dimensions, Dimensions);

    /// <summary>Adds x_n − c_k(n) of some points, (n, D), to the sums of their centres, (K, D).</summary>
    /// <param name="points">(n, D).</param>
    /// <param name="of">k(n), (n).</param>
    /// <param name="sums">(K, D).</param>
    public void AddDifferences(ReadOnlySpan<double> points, ReadOnlySpan<int> of, Span<double> sums)
    {
        for (int n = 0; n < of.Length; n++)
        {
            int at = of[n] * Dimensions;
            var point = points.Slice(n * Dimensions, Dimensions);
            ReadOnlySpan<double> high = _high.AsSpan(at, point.Length), low = _low.AsSpan(at, point.Length);
            var sum = sums.Slice(at, point.Length);
            for (int d = 0; d < point.Length; d++)
            {
                sum[d] += point[d] - high[d] - low[d];
            }
        }
    }

    /// <summary>|x − c_k|² of a point, (D).</summary>
    public double SquaredDistance(int k, ReadOnlySpan<double> point)
    {
        ReadOnlySpan<double> high = High(k), low = Low(k);
        double square = 0;
        for (int d = 0; d < high.Length; d++)
        {
            double difference = point[d] - high[d] - low[d];
            square += difference * difference;
        }
        return square;
    }

    /// <summary>The differences x − c_k of a tile's points, (D, W).</summary>
    public void Differences(int k, ReadOnlySpan<double> tile, Span<double> differences)
    {
        int width = tile.Length / Dimensions;
        for (int d = 0; d < Dimensions; d++)
        {
            var (high, low) = (new Vector<double>(_high[(k * Dimensions) + d]), new Vector<double>(_low[(k * Dimensions) + d]));
            var from = MemoryMarshal.Cast<double, Vector<double>>(tile.Slice(d * width, width));
            var to = MemoryMarshal.Cast<double, Vector<double>>(differences.Slice(d * width, width));
            for (int v = 0; v < to.Length; v++)
            {
                to[v] = from[v] - high - low;
            }
        }
    }

    /// <summary>The squared distances |x − c_k|² of a tile's points, (W).</summary>
    public void SquaredDistances(int k, ReadOnlySpan<double> tile, Span<double> squared)
    {
        var x = MemoryMarshal.Cast<double, Vector<double>>(tile);
        var sums = MemoryMarshal.Cast<double, Vector<double>>(squared);
        int row = sums.Length;
        for (int v = 0; v < row; v += 2)
        {
            var (sum0, sum1) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int d = 0; d < Dimensions; d++)
            {
                var (high, low) = (new Vector<double>(_high[(k * Dimensions) + d]), new Vector<double>(_low[(k * Dimensions) + d]));
                var (x0, x1) = (x[(d * row) + v] - high - low, x[(d * row) + v + 1] - high - low);
                sum0 += x0 * x0;
                sum1 += x1 * x1;
            }
            (sums[v], sums[v + 1]) = (sum0, sum1);
        }
    }

    /// <summary>The rounded sum of two numbers, and what rounding took from it.</summary>
    private static (double Rounded, double Error) Sum(double a, double b)
    {
        double sum = a + b, part = sum - a;
        return (sum, a - (sum - part) + (b - part));
    }
}
