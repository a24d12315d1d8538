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
    /// <summary>Columns of the blocks that <see cref="MultiplyNormalized"/> takes: a vector, and a line of the cache.</summary>
    internal const int BlockColumns = 8;

    private readonly int[] _starts;         // (N + 1): the edges of point i are _starts[i] .. _starts[i + 1] − 1
    private readonly int[] _ends;           // the other point of each edge, rising for each point
    private readonly double[] _weights;     // A_ij
    private readonly double[] _degrees;     // Σ_j A_ij

    /// <param name="neighbors">The neighbours of every point.</param>
    public NeighborGraph(NearestNeighbors neighbors)
    {
        Points = neighbors.Points;
        var ends = new List<int>[Points];
        for (int point = 0; point < Points; point++)
        {
            ends[point] = [.. neighbors.Of(point)];
        }
        for (int point = 0; point < Points; point++)
        {
            foreach (int other in neighbors.Of(point))
            {
                ends[other].Add(point);
            }
        }
        // An edge that was named from both sides stands there twice.
        var rows = ends.Select(row => row.CountBy(other => other).OrderBy(edge => edge.Key).ToArray()).ToArray();
        _starts = new int[Points + 1];
        for (int point = 0; point < Points; point++)
        {
            _starts[point + 1] = _starts[point] + rows[point].Length;
        }
        _ends = [.. rows.SelectMany(row => row.Select(edge => edge.Key))];
        _weights = [.. rows.SelectMany(row => row.Select(edge => 0.5 * edge.Value))];
        _degrees = [.. rows.Select(row => row.Sum(edge => 0.5 * edge.Value))];
    }

    /// <summary>Number of points, N.</summary>
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
                foreach (int other in _ends.AsSpan(_starts[point].._starts[point + 1]))
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
        var values = new double[Points, Points];
        for (int point = 0; point < Points; point++)
        {
            for (int edge = _starts[point]; edge < _starts[point + 1]; edge++)
            {
                values[point, _ends[edge]] = Normalized(point, edge);
            }
        }
        return tensor(values);
    }

    /// <summary>D^-½ A D^-½ X on all cores; the same whatever their number.</summary>
    /// <param name="block">X, (N, <see cref="BlockColumns"/>), row after row.</param>
    /// <param name="product">Takes the product, of the same layout.</param>
    internal void MultiplyNormalized(double[] block, double[] product)
    {
        const int rowsOfATask = 512;
        Parallel.For(0, (Points + rowsOfATask - 1) / rowsOfATask, task =>
        {
            ref double x = ref MemoryMarshal.GetArrayDataReference(block);
            ref double y = ref MemoryMarshal.GetArrayDataReference(product);
            int end = Math.Min((task + 1) * rowsOfATask, Points);
            for (int point = task * rowsOfATask; point < end; point++)
            {
                var sum = Vector512<double>.Zero;
                for (int edge = _starts[point]; edge < _starts[point + 1]; edge++)
                {
                    sum += Normalized(point, edge) * Vector512.LoadUnsafe(ref x, (nuint)(_ends[edge] * BlockColumns));
                }
                sum.StoreUnsafe(ref y, (nuint)(point * BlockColumns));
            }
        });
    }

    /// <summary>For example <c>NeighborGraph(N = 70000, 524288 edges)</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"NeighborGraph(N = {Points}, {Edges} edges)");

    private double Normalized(int point, int edge) => _weights[edge] / Math.Sqrt(_degrees[point] * _degrees[_ends[edge]]);
}
