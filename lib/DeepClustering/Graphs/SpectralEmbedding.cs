using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The leading eigenvectors of a graph's normalised weights D^-½ A D^-½.</summary>
/// <remarks>
/// They are those of the smallest eigenvalues of the normalised Laplacian I − D^-½ A D^-½. The largest eigenvalue is 1, as many
/// times as the graph has connected components C, with D^½ 1_C for eigenvectors (von Luxburg 2007, proposition 4); these are
/// known beforehand. The others come from subspace iteration with a Chebyshev filter (<see cref="ChebyshevFilter"/>) on a random
/// block, wider than what is asked for, so that eigenvalues which come several times are seen as often.
/// </remarks>
public sealed class SpectralEmbedding : IDisposable
{
    /// <summary>Graphs with at most this many points are decomposed directly.</summary>
    private const int Small = 400;

    /// <summary>Columns of the block beyond those asked for, at least: the iteration converges by the gap behind them.</summary>
    private const int Spare = 10;

    private SpectralEmbedding(Tensor values, Tensor vectors, double residual)
    {
        Values = values.data<double>().ToArray();
        Vectors = Signed(vectors).DetachFromDisposeScope();
        Residual = residual;
    }

    /// <summary>The eigenvalues, M numbers in falling order, −1 to 1.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The eigenvectors as columns, (N, M), float64, orthonormal, the largest entry of each positive; owned by this object.</summary>
    public Tensor Vectors { get; }

    /// <summary>The largest |D^-½ A D^-½ v − λ v| of the pairs.</summary>
    public double Residual { get; }

    /// <summary>Computes the leading eigenvectors of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many, M. Range: 1 to N, and at least the number of connected components.</param>
    /// <param name="tolerance">The largest <see cref="Residual"/> to stop at; an eigenvalue's error is of its square. Range: positive.</param>
    /// <param name="maxRestarts">The maximum number of filterings. Range: at least 1.</param>
    /// <param name="seed">Decides the random start.</param>
    /// <returns>The embedding; the caller disposes it. It is the same for the same graph, seed and number of threads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">M is not within 1 to N, or another option is out of its range.</exception>
    /// <exception cref="ArgumentException">The graph has more components than M: which of their eigenvectors lead is not defined.</exception>
    /// <exception cref="InvalidOperationException">The residual did not fall to the tolerance.</exception>
    public static SpectralEmbedding Of(NeighborGraph graph, int count, double tolerance = 1e-7, int maxRestarts = 500, long seed = 0)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, graph.Points);
        Require.Positive(tolerance);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRestarts, 1);
        int[] components = graph.Components();
        int number = components.Max() + 1;
        if (number > count)
        {
            throw new ArgumentException(
                $"The graph falls into {number} parts without an edge between them; expected at most {count}, one for each eigenvector asked for. Take more neighbours, or more eigenvectors.",
                nameof(graph));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return graph.Points <= Math.Max(Small, 8 * count) ? Direct(graph, count) : Iterate(graph, components, count, tolerance, maxRestarts, seed);
    }

    /// <summary>The embedding's rows scaled to length 1, as Ng, Jordan and Weiss cluster them.</summary>
    /// <param name="count">The first so many eigenvectors, M′. Range: 1 to M.</param>
    /// <returns>(N, M′), float64; a row of zeros stays. The caller disposes it.</returns>
    public Tensor NormalizedRows(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Values.Count);
        using var scope = NewDisposeScope();
        var rows = Vectors.narrow(1, 0, count);
        return (rows / rows.norm(1, keepdim: true, p: 2f).clamp_min(1e-300)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => Vectors.Dispose();

    private static SpectralEmbedding Direct(NeighborGraph graph, int count)
    {
        var weights = graph.ToNormalizedTensor();
        var (values, vectors) = linalg.eigh(weights);                                // rising
        var leading = vectors.narrow(1, graph.Points - count, count).flip(1);
        var of = values.narrow(0, graph.Points - count, count).flip(0);
        return new(of, leading, (weights.mm(leading) - leading * of).norm(0, p: 2f).max().item<double>());
    }

    private static SpectralEmbedding Iterate(NeighborGraph graph, int[] components, int count, double tolerance, int maxRestarts, long seed)
    {
        var known = ComponentVectors(graph, components);                             // (N, C)
        int wanted = count - (int)known.shape[1];
        if (wanted == 0)
        {
            return WithResidual(graph, ones(count, float64), known);
        }
        int width = (wanted + Spare + NeighborGraph.ColumnStep - 1) / NeighborGraph.ColumnStep * NeighborGraph.ColumnStep;
        var weights = new FilterWeights(graph);
        using var random = new Generator((ulong)seed);
        var block = Orthonormal(randn([graph.Points, width], float64, generator: random), known);
        for (int restart = 0; restart < maxRestarts; restart++)
        {
            using var cycle = NewDisposeScope();
            var image = Product(graph, block);
            var (values, rotation) = linalg.eigh(Symmetric(block.t().mm(image)));    // rising
            (values, rotation) = (values.flip(0), rotation.flip(1));
            var vectors = block.mm(rotation);
            var residuals = image.mm(rotation) - vectors * values;
            double left = residuals.norm(0, p: 2f).narrow(0, 0, wanted).max().item<double>();
            if (left <= tolerance)
            {
                return WithResidual(graph, cat([ones(known.shape[1], float64), values.narrow(0, 0, wanted)]), cat([known, vectors.narrow(1, 0, wanted)], 1));
            }
            block.Dispose();
            var filter = ChebyshevFilter.For(values.data<double>().ToArray(), wanted, left / tolerance);
            block = Orthonormal(filter.Apply(weights, vectors, residuals), known).MoveToOuterDisposeScope();
        }
        throw new InvalidOperationException(
            FormattableString.Invariant($"The {count} leading eigenvectors of the graph of {graph.Points} points were not found to {tolerance:g1} in {maxRestarts} filterings."));
    }

    private static SpectralEmbedding WithResidual(NeighborGraph graph, Tensor values, Tensor vectors)
    {
        const int step = NeighborGraph.ColumnStep;
        var padded = nn.functional.pad(vectors, [0, (step - vectors.shape[1] % step) % step]);
        var image = Product(graph, padded).narrow(1, 0, vectors.shape[1]);
        return new(values, vectors, (image - vectors * values).norm(0, p: 2f).max().item<double>());
    }

    /// <summary>D^½ 1_C of each component C, at length 1, (N, C).</summary>
    private static Tensor ComponentVectors(NeighborGraph graph, int[] components)
    {
        double[,] vectors = new double[graph.Points, components.Max() + 1];
        for (int point = 0; point < graph.Points; point++)
        {
            vectors[point, components[point]] = Math.Sqrt(graph.Degrees[point]);
        }
        var columns = tensor(vectors);
        return columns / columns.norm(0, p: 2f);
    }

    /// <summary>An orthonormal basis of the block's columns outside that of the basis's; taken out again at the end, because once leaves rounding errors in it.</summary>
    private static Tensor Orthonormal(Tensor block, Tensor basis)
    {
        var (columns, _) = linalg.qr(block - basis.mm(basis.t().mm(block)));
        return columns - basis.mm(basis.t().mm(columns));
    }

    private static Tensor Product(NeighborGraph graph, Tensor block)
    {
        double[] product = new double[block.numel()];
        graph.MultiplyNormalized(MemoryMarshal.Cast<byte, double>(block.contiguous().bytes).ToArray(), product, (int)block.shape[1]);
        return tensor(product).reshape(block.shape);
    }

    private static Tensor Symmetric(Tensor matrix) => 0.5 * (matrix + matrix.t());

    /// <summary>Each column with the sign that makes its largest entry positive, so that the sign is defined.</summary>
    private static Tensor Signed(Tensor vectors)
    {
        var largest = vectors.gather(0, vectors.abs().argmax(0, keepdim: true));     // (1, M)
        return vectors * largest.sign();
    }
}
