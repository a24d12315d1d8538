using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Points as float64, cut into tiles that fit a processor's first-level cache, for loops over all points.</summary>
/// <remarks>
/// A tile holds <see cref="Width"/> points as D rows of their coordinates, (D, W), so that one vector register takes the same
/// coordinate of several points. The last tile is filled up with copies of its first point. Memory is 8 bytes per number.
/// </remarks>
internal sealed class PointTiles
{
    private const int TileNumbers = 4096, LeastWidth = 16, MostWidth = 256;

    // Every sum over points is taken chunk by chunk, so that it is the same whatever the number of threads.
    private const int ChunkPoints = 4096;

    private const int BlockNumbers = 1 << 19;

    private readonly double[][] _tiles;

    /// <summary>Copies the points.</summary>
    /// <param name="points">(N, D), any floating-point dtype; it stays the caller's.</param>
    public PointTiles(Tensor points)
    {
        (Count, Dimensions) = (checked((int)points.shape[0]), checked((int)points.shape[1]));
        Width = Math.Clamp(TileNumbers / Dimensions / LeastWidth * LeastWidth, LeastWidth, MostWidth);
        _tiles = new double[(Count + Width - 1) / Width][];
        using var gradients = no_grad();
        int tilesInBlock = Math.Max(1, BlockNumbers / (Width * Dimensions));
        for (int tile = 0; tile < _tiles.Length; tile += tilesInBlock)
        {
            using var scope = NewDisposeScope();
            int first = tile * Width;
            var block = points.narrow(0, first, Math.Min(tilesInBlock * Width, Count - first)).detach().to(float64).cpu().contiguous();
            Fill(MemoryMarshal.Cast<byte, double>(block.bytes), tile);
        }
    }

    /// <summary>The number of points, N.</summary>
    public int Count { get; }

    /// <summary>The number of dimensions, D.</summary>
    public int Dimensions { get; }

    /// <summary>The number of points in a tile, W.</summary>
    public int Width { get; }

    /// <summary>The tile's coordinates, (D, W).</summary>
    public ReadOnlySpan<double> this[int tile] => _tiles[tile];

    /// <summary>How many points of a tile are real and not padding.</summary>
    public int CountIn(int tile) => Math.Min(Width, Count - (tile * Width));

    /// <summary>The coordinates of one point, (D).</summary>
    public double[] Point(int index)
    {
        double[] tile = _tiles[index / Width];
        double[] point = new double[Dimensions];
        for (int d = 0; d < point.Length; d++)
        {
            point[d] = tile[(d * Width) + (index % Width)];
        }
        return point;
    }

    /// <summary>Calls a function with ranges of tiles, on as many threads as torch computes with.</summary>
    /// <typeparam name="TScratch">A thread's scratch memory.</typeparam>
    /// <typeparam name="TPart">The result of a range of tiles.</typeparam>
    /// <param name="scratch">Allocates a thread's scratch memory.</param>
    /// <param name="body">Takes the first tile, the one after the last, and the scratch memory.</param>
    /// <returns>What the function returned, in the order of the tiles; the ranges depend on the points' shape alone.</returns>
    public TPart[] Map<TScratch, TPart>(Func<TScratch> scratch, Func<int, int, TScratch, TPart> body)
    {
        int step = Math.Max(1, ChunkPoints / Width);
        var parts = new TPart[(_tiles.Length + step - 1) / step];
        Parallel.For(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() }, scratch, (chunk, _, room) =>
        {
            parts[chunk] = body(chunk * step, Math.Min((chunk + 1) * step, _tiles.Length), room);
            return room;
        }, _ => { });
        return parts;
    }

    /// <summary>Turns rows of points, (n, D), into tiles.</summary>
    private void Fill(ReadOnlySpan<double> rows, int tile)
    {
        for (; rows.Length > 0; tile++)
        {
            int count = Math.Min(Width, rows.Length / Dimensions);
            double[] numbers = new double[Dimensions * Width];
            for (int d = 0; d < Dimensions; d++)
            {
                var row = numbers.AsSpan(d * Width, Width);
                for (int n = 0; n < count; n++)
                {
                    row[n] = rows[(n * Dimensions) + d];
                }
                row[count..].Fill(row[0]);
            }
            _tiles[tile] = numbers;
            rows = rows[(count * Dimensions)..];
        }
    }
}
