using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>The leading eigenvectors of a graph's normalised weights D^-½ A D^-½.</summary>
/// <remarks>
/// They are those of the smallest eigenvalues of the normalised Laplacian I − D^-½ A D^-½. The largest eigenvalue is 1, as many
/// times as the graph has connected components C, with D^½ 1_C for eigenvectors (von Luxburg 2007, proposition 4); these are
/// known beforehand. The others come from block Lanczos iteration with thick restarts (Wu and Simon, "Thick-restart Lanczos
/// method for large symmetric eigenvalue problems", SIAM J. Matrix Analysis and Applications 22, 2000), fully reorthogonalised,
/// until a block of new random vectors finds no eigenvalue that was missed: one vector alone sees no eigenvalue twice.
/// </remarks>
public sealed class SpectralEmbedding : IDisposable
{
    /// <summary>Graphs of no more points are decomposed directly.</summary>
    private const int Small = 400;

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

    /// <summary>Finds them.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="count">How many, M. Range: 1 to N, and at least the number of connected components.</param>
    /// <param name="tolerance">The largest <see cref="Residual"/> to stop at; an eigenvalue's error is of its square. Range: positive.</param>
    /// <param name="maxRestarts">Restarts after which it is given up. Range: at least 1.</param>
    /// <param name="seed">Decides the random start.</param>
    /// <returns>The embedding; the caller disposes it. It is the same for the same graph, seed and number of threads.</returns>
    /// <exception cref="ArgumentOutOfRangeException">M is not within 1 to N, or another option is out of its range.</exception>
    /// <exception cref="ArgumentException">The graph has more components than M: which of their eigenvectors lead is not defined.</exception>
    /// <exception cref="InvalidOperationException">The residual did not come down to the tolerance.</exception>
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
        return graph.Points <= Math.Max(Small, 8 * count) ? Direct(graph, count) : Lanczos(graph, components, count, tolerance, maxRestarts, seed);
    }

    /// <summary>The rows scaled to length 1, as Ng, Jordan and Weiss cluster them.</summary>
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

    private static SpectralEmbedding Lanczos(NeighborGraph graph, int[] components, int count, double tolerance, int maxRestarts, long seed)
    {
        const int width = NeighborGraph.BlockColumns;
        using var random = new Generator((ulong)seed);
        int kept = count + width, size = (kept + 6 * width) / width * width;
        Tensor Random() => randn([graph.Points, width], float64, generator: random);
        var known = ComponentVectors(graph, components);                             // (N, C)
        var (basis, images) = (known, known);                                        // V and D^-½ A D^-½ V
        var next = Random();
        double[]? confirmed = null;
        for (int restart = 0; restart < maxRestarts; restart++)
        {
            using var cycle = NewDisposeScope();
            while (basis.shape[1] + width <= Math.Max(size, known.shape[1] + width))
            {
                var block = Orthonormal(next, basis);
                next = Product(graph, block);
                basis = cat([basis, block], 1);
                images = cat([images, next], 1);
            }
            var (values, rotation) = linalg.eigh(Symmetric(basis.t().mm(images)));
            rotation = rotation.flip(1).narrow(1, 0, Math.Min(kept, rotation.shape[1]));
            values = values.flip(0).narrow(0, 0, rotation.shape[1]);
            // What is left of the last block's product lies outside the basis: the next step of the iteration.
            next = next - basis.mm(basis.t().mm(next));
            basis = basis.mm(rotation);
            images = images.mm(rotation);
            double residual = (images - basis * values).narrow(1, 0, count).norm(0, p: 2f).max().item<double>();
            double[] leading = values.narrow(0, 0, count).data<double>().ToArray();
            if (residual <= tolerance)
            {
                if (confirmed is not null && leading.Zip(confirmed).All(pair => pair.First - pair.Second <= tolerance))
                {
                    return new(values.narrow(0, 0, count), basis.narrow(1, 0, count), residual);
                }
                (confirmed, next) = (leading, Random());
            }
            (basis, images, next) = (basis.MoveToOuterDisposeScope(), images.MoveToOuterDisposeScope(), next.MoveToOuterDisposeScope());
        }
        throw new InvalidOperationException(
            FormattableString.Invariant($"The {count} leading eigenvectors of the graph of {graph.Points} points were not found to {tolerance:g1} in {maxRestarts} restarts."));
    }

    /// <summary>D^½ 1_C of each component C, at length 1, (N, C).</summary>
    private static Tensor ComponentVectors(NeighborGraph graph, int[] components)
    {
        var vectors = new double[graph.Points, components.Max() + 1];
        for (int point = 0; point < graph.Points; point++)
        {
            vectors[point, components[point]] = Math.Sqrt(graph.Degrees[point]);
        }
        var columns = tensor(vectors);
        return columns / columns.norm(0, p: 2f);
    }

    /// <summary>An orthonormal basis of the block's columns outside that of the basis's; twice, because once leaves rounding errors in it.</summary>
    private static Tensor Orthonormal(Tensor block, Tensor basis)
    {
        for (int pass = 0; pass < 2; pass++)
        {
            (block, _) = linalg.qr(block - basis.mm(basis.t().mm(block)));
        }
        return block;
    }

    private static Tensor Product(NeighborGraph graph, Tensor block)
    {
        var product = new double[block.numel()];
        graph.MultiplyNormalized(block.contiguous().data<double>().ToArray(), product);
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
