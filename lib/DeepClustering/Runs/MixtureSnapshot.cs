using DeepClustering.Models;
using static TorchSharp.torch;

namespace DeepClustering.Runs;

/// <summary>A mixture as plain numbers, for readers without torch.</summary>
/// <param name="Weights">π, K values.</param>
/// <param name="Means">μ_c, K rows of D values.</param>
/// <param name="Variances">σ²_c, K rows of D values.</param>
internal sealed record MixtureSnapshot(float[] Weights, float[][] Means, float[][] Variances)
{
    public static MixtureSnapshot Of(MixturePrior prior)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return new(exp(prior.LogWeights()).cpu().data<float>().ToArray(), Rows(prior.Means), Rows(exp(prior.LogVariances)));
    }

    private static float[][] Rows(Tensor matrix) => [.. matrix.cpu().data<float>().ToArray().Chunk((int)matrix.shape[1])];
}
