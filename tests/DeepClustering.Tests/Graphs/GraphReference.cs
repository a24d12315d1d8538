using System.Text.Json;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Graphs;

/// <summary>What scikit-learn 1.2.1 says of a set of points; made by Fixtures/make_references.py, which shows the data and the settings.</summary>
internal sealed record GraphReference(
    string Name, double[][] Points, int Clusters, int Neighbors, int[][] Indices, double[][] Distances, int Components,
    double[] Eigenvalues, double[][] Embedding, int[] Labels)
{
    public static IReadOnlyList<GraphReference> All { get; } = Load();

    /// <summary>(N, D), of the caller.</summary>
    public Tensor Tensor(ScalarType type) => tensor(Points.SelectMany(point => point).ToArray(), type).reshape(Points.Length, -1);

    private static GraphReference[] Load()
    {
        using var stream = typeof(GraphReference).Assembly.GetManifestResourceStream("graphs.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.GetProperty("cases").Deserialize<GraphReference[]>(JsonSerializerOptions.Web)!;
    }
}
