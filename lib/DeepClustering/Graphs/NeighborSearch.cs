using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DeepClustering.Mixtures;
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
    private const int GroupRows = 4;           // compared with a vector of columns at a time: it is loaded once for all of them
    private const int TileBytes = 16 * 1024;   // half of a small first-level cache

    private readonly T[] _points;     // (N, D)
    private readonly T[] _columns;    // (tiles, D, W), the rest of the last one NaN, which no comparison lets through
    private readonly int _count;
    private readonly int _dimension;
    private readonly int _width;      // W, columns of a tile
    private readonly double _unit;
    private readonly double _relative, _underflow;

    /// <param name="points">(N, D), checked.</param>
    public NeighborSearch(Tensor points)
    {
        using var scope = NewDisposeScope();
        (_count, _dimension) = ((int)points.shape[0], (int)points.shape[1]);
        _width = Math.Max(1, TileBytes / (Unsafe.SizeOf<T>() * _dimension * Vector512<T>.Count)) * Vector512<T>.Count;
        (var scaled, _unit) = GraphPoints.ToUnitScale(points.detach());
        _points = MemoryMarshal.Cast<byte, T>(scaled.contiguous().bytes).ToArray();
        _columns = Tiles(_points, _count, _dimension, _width);
        // Two roundings a difference and one an addition, doubled; and what is lost where squares are subnormal.
        _relative = 1 + 4 * (_dimension + 4) * double.CreateChecked(T.BitIncrement(T.One) - T.One);
        _underflow = 4 * _dimension * (Unsafe.SizeOf<T>() == sizeof(float) ? (double)float.Epsilon : double.Epsilon);
    }

    /// <summary>Finds the nearest other points of every point.</summary>
    /// <param name="neighbors">k, at most N − 1.</param>
    /// <param name="indices">Takes (N, k) indices.</param>
    /// <param name="distances">Takes (N, k) distances.</param>
    public void Fill(int neighbors, int[] indices, double[] distances)
    {
        int tiles = _columns.Length / (_width * _dimension);
        Parallel.For(0, (_count + BlockRows - 1) / BlockRows, block =>
        {
            var (first, end) = (block * BlockRows, Math.Min((block + 1) * BlockRows, _count));
            var nearest = Enumerable.Range(first, end - first).Select(row => new NearestList(
                new ArraySegment<int>(indices, row * neighbors, neighbors), new ArraySegment<double>(distances, row * neighbors, neighbors))).ToArray();
            for (int tile = 0; tile < tiles; tile++)
            {
                for (int row = first; row < end; row += GroupRows)
                {
                    Scan(tile, row, nearest.AsSpan((row - first)..Math.Min(row - first + GroupRows, nearest.Length)));
                }
            }
        });
        for (int i = 0; i < distances.Length; i++)
        {
            distances[i] = Math.Sqrt(distances[i]) * _unit;
        }
    }

    /// <summary>The points as columns, so many of them a tile that it stays in the first-level cache: (tiles, D, W).</summary>
    private static T[] Tiles(T[] points, int count, int dimension, int width)
    {
        var tiles = new T[(count + width - 1) / width * width * dimension];
        Array.Fill(tiles, T.NaN);
        Parallel.For(0, tiles.Length / (width * dimension), tile =>
        {
            for (int column = 0; column < Math.Min(width, count - tile * width); column++)
            {
                var point = points.AsSpan((tile * width + column) * dimension, dimension);
                for (int d = 0; d < point.Length; d++)
                {
                    tiles[(tile * dimension + d) * width + column] = point[d];
                }
            }
        });
        return tiles;
    }

    /// <summary>Offers each of a group of points those columns of a tile that may be among its nearest.</summary>
    /// <param name="tile">Which tile.</param>
    /// <param name="row">The first point of the group.</param>
    /// <param name="nearest">What is kept of each; where the group is short, its last point is compared again and nothing taken.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scan(int tile, int row, ReadOnlySpan<NearestList> nearest)
    {
        ref var x = ref MemoryMarshal.GetArrayDataReference(_points);
        ref var columns = ref MemoryMarshal.GetArrayDataReference(_columns);
        int last = nearest.Length - 1;
        int row0 = row * _dimension, row1 = (row + Math.Min(1, last)) * _dimension, row2 = (row + Math.Min(2, last)) * _dimension, row3 = (row + Math.Min(3, last)) * _dimension;
        var (limit0, limit1, limit2, limit3) = (Limit(nearest, 0), Limit(nearest, 1), Limit(nearest, 2), Limit(nearest, 3));
        for (int column = 0; column < _width; column += Vector512<T>.Count)
        {
            var (square0, square1, square2, square3) = (Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero, Vector512<T>.Zero);
            nuint at = (nuint)(tile * _dimension * _width + column);
            for (int d = 0; d < _dimension; d++)
            {
                var y = Vector512.LoadUnsafe(ref columns, at);
                square0 = VectorSquares.Add(square0, y - Vector512.Create(Unsafe.Add(ref x, row0 + d)));
                square1 = VectorSquares.Add(square1, y - Vector512.Create(Unsafe.Add(ref x, row1 + d)));
                square2 = VectorSquares.Add(square2, y - Vector512.Create(Unsafe.Add(ref x, row2 + d)));
                square3 = VectorSquares.Add(square3, y - Vector512.Create(Unsafe.Add(ref x, row3 + d)));
                at += (nuint)_width;
            }

            var (close0, close1) = (Vector512.LessThanOrEqual(square0, limit0), Vector512.LessThanOrEqual(square1, limit1));
            var (close2, close3) = (Vector512.LessThanOrEqual(square2, limit2), Vector512.LessThanOrEqual(square3, limit3));
            if ((close0 | close1 | close2 | close3) != Vector512<T>.Zero)
            {
                int first = tile * _width + column;
                limit0 = Offer(nearest, 0, row, first, close0, limit0);
                limit1 = Offer(nearest, 1, row, first, close1, limit1);
                limit2 = Offer(nearest, 2, row, first, close2, limit2);
                limit3 = Offer(nearest, 3, row, first, close3, limit3);
            }
        }
    }

    /// <summary>Offers a point of a group the columns that are close.</summary>
    /// <returns>The limit from then on.</returns>
    private Vector512<T> Offer(ReadOnlySpan<NearestList> nearest, int member, int row, int column, Vector512<T> close, Vector512<T> limit)
    {
        ulong bits = close.ExtractMostSignificantBits();
        if (bits == 0)
        {
            return limit;
        }
        for (; bits != 0; bits &= bits - 1)
        {
            int other = column + BitOperations.TrailingZeroCount(bits);
            if (other != row + member)
            {
                nearest[member].Offer(other, SquaredDistance(row + member, other));
            }
        }
        return Limit(nearest, member);
    }

    /// <summary>What a computed square is at most where the true one is below the largest that was kept; nothing is below that of a member that is not there.</summary>
    private Vector512<T> Limit(ReadOnlySpan<NearestList> nearest, int member) =>
        Vector512.Create(member < nearest.Length ? T.CreateSaturating(nearest[member].Largest * _relative + _underflow) : -T.One);

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
