using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The search of <see cref="NearestNeighbors"/>: a fast screen of all distances, and float64 for those that may count.</summary>
/// <remarks>
/// Squared distances are sums of squared differences, vector by vector in registers. Their rounding error is bounded relative to
/// themselves, so that a screen at slightly more than the k-th smallest so far loses nothing; what passes is computed again in
/// float64, which alone decides. (The matrix-product form |x|² + |y|² − 2xy has no such bound: it cancels for near points.)
/// </remarks>
/// <typeparam name="T">float or double, as the points.</typeparam>
internal sealed class NeighborSearch<T>
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int BlockRows = 64;
    private const int TileBytes = 32 * 1024;   // half of a first-level cache

    private static readonly int _step = 2 * Vector512<T>.Count;

    private readonly T[] _points;     // (N, D)
    private readonly T[] _columns;    // (D, N rounded up to whole steps), the rest NaN, which no comparison lets through
    private readonly int _count;
    private readonly int _dimension;
    private readonly int _width;
    private readonly double _unit;

    /// <param name="points">(N, D), checked.</param>
    public NeighborSearch(Tensor points)
    {
        using var scope = NewDisposeScope();
        (_count, _dimension) = ((int)points.shape[0], (int)points.shape[1]);
        _width = (_count + _step - 1) / _step * _step;
        (var scaled, _unit) = GraphPoints.ToUnitScale(points.detach());
        _points = scaled.contiguous().data<T>().ToArray();
        _columns = nn.functional.pad(scaled.t(), [0, _width - _count], value: double.NaN).contiguous().data<T>().ToArray();
    }

    /// <summary>Finds the nearest other points of every point.</summary>
    /// <param name="neighbors">k, at most N − 1.</param>
    /// <param name="indices">Takes (N, k) indices.</param>
    /// <param name="distances">Takes (N, k) distances.</param>
    public void Fill(int neighbors, int[] indices, double[] distances)
    {
        int tile = Math.Max(1, TileBytes / (Unsafe.SizeOf<T>() * _dimension * _step)) * _step;
        Parallel.For(0, (_count + BlockRows - 1) / BlockRows, block =>
        {
            var (first, end) = (block * BlockRows, Math.Min((block + 1) * BlockRows, _count));
            var nearest = Enumerable.Range(first, end - first).Select(row => new NearestList(
                new ArraySegment<int>(indices, row * neighbors, neighbors), new ArraySegment<double>(distances, row * neighbors, neighbors))).ToArray();
            for (int column = 0; column < _width; column += tile)
            {
                for (int row = first; row < end; row++)
                {
                    Scan(row, column, Math.Min(column + tile, _width), nearest[row - first]);
                }
            }
        });
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Sqrt(distances[i]) * _unit;
        }
    }

    /// <summary>Offers those of the columns first .. end − 1 that may be among the nearest of a point.</summary>
    private void Scan(int row, int first, int end, NearestList nearest)
    {
        var x = _points.AsSpan(row * _dimension, _dimension);
        ref var columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        int lanes = Vector512<T>.Count;
        var limit = Vector512.Create(Limit(nearest));
        for (int column = first; column < end; column += _step)
        {
            var (square0, square1) = (Vector512<T>.Zero, Vector512<T>.Zero);
            var at = (nuint)column;
            foreach (var coordinate in x)
            {
                var center = Vector512.Create(coordinate);
                var difference0 = Vector512.LoadUnsafe(ref columns, at) - center;
                var difference1 = Vector512.LoadUnsafe(ref columns, at + (nuint)lanes) - center;
                square0 += difference0 * difference0;
                square1 += difference1 * difference1;
                at += (nuint)_width;
            }

            var (close0, close1) = (Vector512.LessThanOrEqual(square0, limit), Vector512.LessThanOrEqual(square1, limit));
            if ((close0 | close1) != Vector512<T>.Zero)
            {
                Offer(row, column, close0.ExtractMostSignificantBits() | close1.ExtractMostSignificantBits() << lanes, nearest);
                limit = Vector512.Create(Limit(nearest));
            }
        }
    }

    private void Offer(int row, int column, ulong close, NearestList nearest)
    {
        for (; close != 0; close &= close - 1)
        {
            int other = column + BitOperations.TrailingZeroCount(close);
            if (other != row)
            {
                nearest.Offer(other, SquaredDistance(row, other));
            }
        }
    }

    /// <summary>What a computed square is at most where the true one is below the largest that was kept.</summary>
    private T Limit(NearestList nearest)
    {
        // Two roundings per difference and one per addition, doubled; and what is lost where squares are subnormal.
        double relative = 4 * (_dimension + 4) * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        double underflow = 4 * _dimension * (Unsafe.SizeOf<T>() == sizeof(float) ? (double)float.Epsilon : double.Epsilon);
        return T.CreateSaturating(nearest.Largest * (1 + relative) + underflow);
    }

    private double SquaredDistance(int row, int other)
    {
        var x = _points.AsSpan(row * _dimension, _dimension);
        var y = _points.AsSpan(other * _dimension, _dimension);
        double square = 0;
        for (int d = 0; d < x.Length; d++)
        {
            double difference = double.CreateTruncating(x[d]) - double.CreateTruncating(y[d]);
            square += difference * difference;
        }
        return square;
    }

    /// <summary>The k nearest so far, in rising order; offered in the order of their indices, so that ties stay in it.</summary>
    private sealed class NearestList(ArraySegment<int> indices, ArraySegment<double> squares)
    {
        private int _kept;

        /// <summary>The k-th smallest square so far; infinite before there are k.</summary>
        public double Largest => _kept < squares.Count ? double.PositiveInfinity : squares[^1];

        public void Offer(int index, double square)
        {
            if (square >= Largest)
            {
                return;
            }
            var i = indices.AsSpan();
            var s = squares.AsSpan();
            int place = Math.Min(_kept, s.Length - 1);
            for (; place > 0 && s[place - 1] > square; place--)
            {
                (i[place], s[place]) = (i[place - 1], s[place - 1]);
            }
            (i[place], s[place]) = (index, square);
            _kept = Math.Min(_kept + 1, s.Length);
        }
    }
}
