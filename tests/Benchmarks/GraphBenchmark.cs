using DeepClustering.Graphs;

namespace Benchmarks;

/// <summary>Neighbours, graph and leading eigenvectors of points of ten overlapping Gaussians, as <see cref="MetricsBenchmark"/> has them.</summary>
internal sealed class GraphBenchmark : IDisposable
{
    private const int Neighbors = 10, Eigenvectors = 16;

    private readonly MetricsBenchmark _data;
    private readonly double _tolerance;
    private NearestNeighbors? _found;
    private NeighborGraph? _graph;

    /// <param name="count">Points.</param>
    /// <param name="tolerance">The residual of the eigenvectors to stop at.</param>
    public GraphBenchmark(int count, double tolerance) => (_data, _tolerance) = (new(count), tolerance);

    /// <summary>What the graph comes to, to compare with other programs.</summary>
    public object Values()
    {
        using var embedding = SpectralEmbedding.Of(_graph!, Eigenvectors, _tolerance);
        return new { Distances = _found!.Distances(0).ToArray(), embedding.Values, embedding.Residual, _graph!.Edges, Parts = _graph.Components().Max() + 1 };
    }

    /// <summary>What is measured, in the order of the table; each takes what the one before found.</summary>
    public IReadOnlyList<Func<IEnumerable<(string Name, double Milliseconds)>>> Subjects() =>
    [
        Interleaved.Mean($"{Neighbors} nearest neighbours, exact", 1, () => _found = NearestNeighbors.Find(_data.Points, Neighbors)),
        Interleaved.Mean("graph", 1, () => _graph = new NeighborGraph(_found!)),
        Interleaved.Mean($"{Eigenvectors} leading eigenvectors", 1, () => SpectralEmbedding.Of(_graph!, Eigenvectors, _tolerance).Dispose()),
    ];

    /// <inheritdoc cref="MetricsBenchmark.Export"/>
    public void Export(string folder) => _data.Export(folder);

    public void Dispose() => _data.Dispose();
}
