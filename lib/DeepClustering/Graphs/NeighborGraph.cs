using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The symmetric graph of nearest neighbours: an edge weighs 1 where both points are neighbours of each other, ½ where one is.</summary>
/// <remarks>
/// A = ½ (C + Cᵀ) with C_ij = 1 where j is among the k nearest of i, as scikit-learn's SpectralClustering has it. No point is
/// without edges. U. von Luxburg, "A tutorial on spectral clustering", Statistics and Computing 17, 2007, section 2.2.
/// </remarks>
public sealed class NeighborGraph
{
    /// <summary>The number of columns of a block that is multiplied must be a multiple of this: one cache line, a vector or two of float32.</summary>
    internal const int ColumnStep = 16;

    /// <summary>The largest multiple of the neighbours asked for that is tried to hold a graph together.</summary>
    internal const int MostNeighborsTimes = 8;

    private readonly int[] _starts;         // (N + 1): the edges of point i are _starts[i] .. _starts[i + 1] − 1
    private readonly int[] _ends;           // the other point of each edge, rising for each point
    private readonly double[] _normalized;  // A_ij / √(d_i d_j)
    private readonly double[] _degrees;     // d_i = Σ_j A_ij

    /// <param name="neighbors">The neighbours of every point.</param>
    public NeighborGraph(NearestNeighbors neighbors)
    {
        Points = neighbors.Points;
        var (starts, ends) = Mentions(neighbors);
        // An edge named from both sides is listed twice: the second mention is added to the weight of the first.
        double[] weights = new double[ends.Length];
        _starts = new int[Points + 1];
        _degrees = new double[Points];
        int edges = 0;
        for (int point = 0; point < Points; point++)
        {
            var mentions = ends.AsSpan(starts[point]..starts[point + 1]);
            mentions.Sort();
            foreach (int other in mentions)
            {
                bool again = edges > _starts[point] && ends[edges - 1] == other;
                edges += again ? 0 : 1;
                (ends[edges - 1], weights[edges - 1]) = (other, again ? 1 : 0.5);
                _degrees[point] += 0.5;
            }
            _starts[point + 1] = edges;
        }
        _ends = ends[..edges];
        _normalized = weights[..edges];
        for (int point = 0; point < Points; point++)
        {
            for (int edge = _starts[point]; edge < _starts[point + 1]; edge++)
            {
                _normalized[edge] /= Math.Sqrt(_degrees[point] * _degrees[_ends[edge]]);
            }
        }
    }

    /// <summary>
    /// The graph of the nearest neighbours or, where it falls into too many parts, of twice, four times … as many, until it has at most
    /// <paramref name="parts"/> of them: a graph in more parts than eigenvectors has no leading ones.
    /// </summary>
    /// <param name="points">Points, (N, D), as for <see cref="NearestNeighbors.Find"/>.</param>
    /// <param name="neighbors">The number of neighbours to begin with, k; N − 1 if there are no more. Range: at least 1.</param>
    /// <param name="parts">The largest number of connected components. Range: at least 1.</param>
    /// <returns>The graph and its number of neighbours; null if even <see cref="MostNeighborsTimes"/> times k neighbours leave more parts, or there are fewer than two points.</returns>
    internal static (NeighborGraph Graph, int Neighbors)? WithAtMost(Tensor points, int neighbors, int parts)
    {
        int others = (int)points.shape[0] - 1;
        for (long asked = Math.Min(neighbors, others); asked > 0 && asked <= (long)neighbors * MostNeighborsTimes; asked *= 2)
        {
            int taken = (int)Math.Min(asked, others);
            var graph = new NeighborGraph(NearestNeighbors.Find(points, taken));
            if (graph.Components().Max() < parts)
            {
                return (graph, taken);
            }
            if (taken == others)
            {
                break;
            }
        }
        return null;
    }

    /// <summary>The number of points, N.</summary>
    public int Points { get; }

    /// <summary>Number of edges, each counted once.</summary>
    public int Edges => _ends.Length / 2;

    /// <summary>The sum of the weights of each point's edges, N numbers above 0.</summary>
    public IReadOnlyList<double> Degrees => _degrees;

    /// <summary>Which connected component each point is in, N numbers from 0, in the order of their first points.</summary>
    public int[] Components()
    {
        int[] components = new int[Points];
        Array.Fill(components, -1);
        var open = new Stack<int>();
        for (int first = 0, component = 0; first < Points; first++)
        {
            if (components[first] >= 0)
            {
                continue;
            }
            components[first] = component;
            open.Push(first);
            while (open.TryPop(out int point))
            {
                foreach (int other in Ends(point))
                {
                    if (components[other] < 0)
                    {
                        components[other] = component;
                        open.Push(other);
                    }
                }
            }
            component++;
        }
        return components;
    }

    /// <summary>D^-½ A D^-½ with all its zeros, for small graphs.</summary>
    /// <returns>(N, N), float64, symmetric; the caller disposes it.</returns>
    public Tensor ToNormalizedTensor()
    {
        double[,] values = new double[Points, Points];
        for (int point = 0; point < Points; point++)
        {
            for (int edge = _starts[point]; edge < _starts[point + 1]; edge++)
            {
                values[point, _ends[edge]] = _normalized[edge];
            }
        }
        return tensor(values);
    }

    /// <summary>Y ← D^-½ A D^-½ X on all cores; the same whatever their number.</summary>
    /// <param name="x">X, (N, columns), row after row.</param>
    /// <param name="y">Y, of the same layout; another array than X.</param>
    /// <param name="columns">A multiple of <see cref="ColumnStep"/>.</param>
    internal void MultiplyNormalized(double[] x, double[] y, int columns)
    {
        const int rowsOfATask = 256;
        Parallel.For(0, (Points + rowsOfATask - 1) / rowsOfATask, task =>
        {
            ref double input = ref MemoryMarshal.GetArrayDataReference(x);
            for (int point = task * rowsOfATask; point < Math.Min((task + 1) * rowsOfATask, Points); point++)
            {
                for (int column = 0; column < columns; column += Vector512<double>.Count)
                {
                    var sum = Vector512<double>.Zero;
                    for (int edge = _starts[point]; edge < _starts[point + 1]; edge++)
                    {
                        sum += _normalized[edge] * Vector512.LoadUnsafe(ref input, (nuint)(_ends[edge] * columns + column));
                    }
                    sum.CopyTo(y, point * columns + column);
                }
            }
        });
    }

    /// <summary>The other points of a point's edges, rising.</summary>
    internal ReadOnlySpan<int> Ends(int point) => _ends.AsSpan(_starts[point].._starts[point + 1]);

    /// <summary>D^-½ A D^-½ of these edges.</summary>
    internal ReadOnlySpan<double> Normalized(int point) => _normalized.AsSpan(_starts[point].._starts[point + 1]);

    /// <summary>For example <c>NeighborGraph(N = 70000, 524288 edges)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"NeighborGraph(N = {Points}, {Edges} edges)");

    /// <summary>Each point's neighbours and the points that it is a neighbour of, point after point.</summary>
    private static (int[] Starts, int[] Ends) Mentions(NearestNeighbors neighbors)
    {
        int[] starts = new int[neighbors.Points + 1];
        for (int point = 0; point < neighbors.Points; point++)
        {
            starts[point + 1] += neighbors.Neighbors;
            foreach (int other in neighbors.Of(point))
            {
                starts[other + 1]++;
            }
        }
        for (int point = 0; point < neighbors.Points; point++)
        {
            starts[point + 1] += starts[point];
        }
        int[] next = starts[..^1], ends = new int[starts[^1]];
        for (int point = 0; point < neighbors.Points; point++)
        {
            foreach (int other in neighbors.Of(point))
            {
                ends[next[point]++] = other;
                ends[next[other]++] = point;
            }
        }
        return (starts, ends);
    }
}
