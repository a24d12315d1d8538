using System.Text.Json;
using TorchSharp;

namespace DeepClustering.Tests.Metrics;

/// <summary>Reference values that Fixtures/make_references.py took from scikit-learn 1.2.1 and scipy 1.10.1.</summary>
internal static class Fixture
{
    public static IReadOnlyList<Labelling> Labellings { get; } = Read<Labelling>("labellings");

    public static IReadOnlyList<Assignment> Assignments { get; } = Read<Assignment>("assignments");

    public static IReadOnlyList<Clustering> Clusterings { get; } = Read<Clustering>("clusterings");

    private static T[] Read<T>(string name)
    {
        using var stream = typeof(Fixture).Assembly.GetManifestResourceStream($"Metrics.{name}.json")!;
        return JsonSerializer.Deserialize<T[]>(stream, JsonSerializerOptions.Web)!;
    }
}

internal sealed record Labelling(
    string Name, int[] Classes, int[] Clusters, double Homogeneity, double Completeness, double VMeasure, double VMeasureBetaHalf,
    double Nmi, double Ari, int[][] Contingency, double? Accuracy);

internal sealed record Assignment(double[][] Costs, double Total);

internal sealed record Clustering(
    string Name, int Dimension, double[] Points, int[] Labels, double[] Silhouettes, double Silhouette, double CalinskiHarabasz, double DaviesBouldin)
{
    /// <summary>(N, D), of the caller.</summary>
    public torch.Tensor Tensor(torch.ScalarType type) => torch.tensor(Points, type).reshape(-1, Dimension);
}
