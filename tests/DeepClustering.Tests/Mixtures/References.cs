using System.Text.Json;
using DeepClustering.Mixtures;
using static TorchSharp.torch;

namespace DeepClustering.Tests.Mixtures;

/// <summary>What scikit-learn 1.2.1 and scipy 1.10.1 say; made by Fixtures/make_references.py, which shows the data and the settings.</summary>
internal static class References
{
    public static JsonElement Root { get; } = Load();

    public static Tensor Points => Matrix(Root.GetProperty("points"));

    public static JsonElement Mixture(CovarianceType type) => Root.GetProperty("mixtures").GetProperty(type.ToString());

    public static GaussianMixture Start(CovarianceType type)
    {
        using var scope = NewDisposeScope();
        double[] covariances = Values(Mixture(type).GetProperty("start"));
        long[] shape = type switch
        {
            CovarianceType.Diagonal => [3, 3],
            CovarianceType.Spherical => [3],
            _ => [3, 3, 3],
        };
        return new GaussianMixture(type, tensor(Values(Root.GetProperty("startWeights"))), Matrix(Root.GetProperty("startMeans")),
            tensor(covariances).reshape(shape));
    }

    public static GaussianMixtureOptions Options(CovarianceType type)
    {
        var settings = Root.GetProperty("settings");
        return new GaussianMixtureOptions
        {
            Components = 3,
            Covariance = type,
            Tolerance = settings.GetProperty("tol").GetDouble(),
            VarianceFloor = settings.GetProperty("reg_covar").GetDouble(),
            MaxIterations = settings.GetProperty("max_iter").GetInt32(),
        };
    }

    public static Tensor Matrix(JsonElement rows) => tensor(Values(rows)).reshape(rows.GetArrayLength(), -1);

    /// <summary>The numbers of an array however deep, in order.</summary>
    public static double[] Values(JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().SelectMany(Values)]
        : [element.GetDouble()];

    public static int[] Labels(JsonElement element) => [.. element.EnumerateArray().Select(label => label.GetInt32())];

    private static JsonElement Load()
    {
        using var stream = typeof(References).Assembly.GetManifestResourceStream("mixtures.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
