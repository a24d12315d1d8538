using static TorchSharp.torch;

namespace DeepClustering.Metrics;

/// <summary>Means of labelled points; the tensors belong to the caller's dispose scope.</summary>
/// <param name="Codes">Cluster of every point, (N), int64.</param>
/// <param name="Counts">n_k, (K), float64.</param>
/// <param name="Means">μ_k, (K, D), float64.</param>
internal sealed record Centroids(Tensor Codes, Tensor Counts, Tensor Means)
{
    /// <summary>The centroid of every point's cluster, (N, D).</summary>
    public Tensor OfPoints => Means.index_select(0, Codes);

    public static Centroids Of(Tensor x, LabelEncoding encoding)
    {
        var codes = tensor(encoding.Codes, ScalarType.Int64);
        var counts = tensor(encoding.Counts, ScalarType.Float64);
        var sums = zeros(encoding.Counts.Length, x.shape[1], ScalarType.Float64).index_add_(0, codes, x, 1);
        return new Centroids(codes, counts, sums / counts.unsqueeze(1));
    }
}
