using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>A graph's normalised weights in float32, ordered so that the rows which a product reads one after the other lie close together.</summary>
/// <remarks>In the points' own order nearly every row is read from memory; in this one three of four are in a second-level cache of 512 kB, at 32 columns.</remarks>
internal sealed class FilterWeights
{
    /// <summary>Points of a group: so many rows of 32 columns, with the rows around them, fill that cache.</summary>
    private const int GroupPoints = 300;

    private const int RowsOfATask = 256;

    private readonly Tensor _order, _places;   // (N): the point in each row, and the row of each point
    private readonly int[] _starts, _ends;     // the edges of row i are _starts[i] .. _starts[i + 1] − 1, to the rows _ends
    private readonly float[] _weights;

    /// <summary>Copies them; the two tensors of indices live as long as the dispose scope around.</summary>
    public FilterWeights(NeighborGraph graph)
    {
        int[] order = Order(graph), places = new int[graph.Points];
        for (int row = 0; row < order.Length; row++)
        {
            places[order[row]] = row;
        }
        (_order, _places) = (tensor(order, int64), tensor(places, int64));
        _starts = new int[order.Length + 1];
        var (ends, weights) = (new List<int>(2 * graph.Edges), new List<float>(2 * graph.Edges));
        for (int row = 0; row < order.Length; row++)
        {
            foreach (int point in graph.Ends(order[row]))
            {
                ends.Add(places[point]);
            }
            foreach (double weight in graph.Normalized(order[row]))
            {
                weights.Add((float)weight);
            }
            _starts[row + 1] = ends.Count;
        }
        (_ends, _weights) = ([.. ends], [.. weights]);
    }

    /// <summary>A block's rows in this order, float32.</summary>
    /// <param name="block">(N, columns).</param>
    public float[] Arrange(Tensor block) => MemoryMarshal.Cast<byte, float>(block.to(ScalarType.Float32).index_select(0, _order).bytes).ToArray();

    /// <summary>Rows in this order as a block in the points' own, float64, of the dispose scope around.</summary>
    /// <param name="rows">(N, columns).</param>
    /// <param name="columns">How many.</param>
    public Tensor Restore(float[] rows, int columns) => tensor(rows).reshape(-1, columns).index_select(0, _places).to(float64);

    /// <summary>Y ← α (D^-½ A D^-½ X + R diag(f)) + β X + γ Y, a step of a recurrence; on all cores, the same whatever their number.</summary>
    /// <param name="x">X, (N, columns), rows in this order.</param>
    /// <param name="y">Y, of the same layout; another array than X.</param>
    /// <param name="addend">R, of the same layout.</param>
    /// <param name="factors">f, (columns), a multiple of <see cref="NeighborGraph.ColumnStep"/>.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    /// <param name="gamma">γ.</param>
    public void Recur(float[] x, float[] y, float[] addend, float[] factors, float alpha, float beta, float gamma)
    {
        int columns = factors.Length, rows = _starts.Length - 1;
        Parallel.For(0, (rows + RowsOfATask - 1) / RowsOfATask, task =>
        {
            ref float input = ref MemoryMarshal.GetArrayDataReference(x), output = ref MemoryMarshal.GetArrayDataReference(y);
            ref float added = ref MemoryMarshal.GetArrayDataReference(addend);
            for (int row = task * RowsOfATask; row < Math.Min((task + 1) * RowsOfATask, rows); row++)
            {
                for (int column = 0; column < columns; column += Vector512<float>.Count)
                {
                    nuint own = (nuint)(row * columns + column);
                    var sum = Vector512.LoadUnsafe(ref added, own) * Vector512.Create(factors, column);
                    for (int edge = _starts[row]; edge < _starts[row + 1]; edge++)
                    {
                        var other = Vector512.LoadUnsafe(ref input, (nuint)(_ends[edge] * columns + column));
                        sum = Vector512.MultiplyAddEstimate(Vector512.Create(_weights[edge]), other, sum);
                    }
                    sum = alpha * sum + beta * Vector512.LoadUnsafe(ref input, own) + gamma * Vector512.LoadUnsafe(ref output, own);
                    sum.StoreUnsafe(ref output, own);
                }
            }
        });
    }

    /// <summary>The points in groups that are grown breadth-first, each from where the last one ended.</summary>
    private static int[] Order(NeighborGraph graph)
    {
        var order = new List<int>(graph.Points);
        bool[] met = new bool[graph.Points];
        var seeds = new Queue<int>();
        for (int lowest = 0; order.Count < graph.Points;)
        {
            int seed;
            while (seeds.TryDequeue(out seed) && met[seed])
            {
            }
            while (met[seed])
            {
                seed = lowest++;
            }
            seeds = Grow(graph, seed, met, order);
        }
        return [.. order];
    }

    /// <summary>Adds a group, and returns the points around it.</summary>
    private static Queue<int> Grow(NeighborGraph graph, int seed, bool[] met, List<int> order)
    {
        var open = new Queue<int>([seed]);
        met[seed] = true;
        for (int left = GroupPoints; left > 0 && open.TryDequeue(out int point); left--)
        {
            order.Add(point);
            foreach (int other in graph.Ends(point))
            {
                if (!met[other])
                {
                    met[other] = true;
                    open.Enqueue(other);
                }
            }
        }
        foreach (int other in open)
        {
            met[other] = false;
        }
        return open;
    }
}
