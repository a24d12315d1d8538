using static TorchSharp.torch;

namespace DeepClustering;

/// <summary>The parts that densities and divergences of Gaussians with diagonal covariance have in common; results belong to the caller's dispose scope.</summary>
internal static class GaussianFormulas
{
    public static readonly double Log2Pi = Math.Log(2 * Math.PI);

    /// <summary>Σ_j log N = −½ Σ_j (d²_j + log σ²_j + log 2π).</summary>
    /// <param name="squares">d²_j, squared distances from the mean in units of σ²_j, (…, D).</param>
    /// <param name="logVariances">log σ²_j, (…, D).</param>
    /// <returns>(…), differentiable.</returns>
    public static Tensor LogDensity(Tensor squares, Tensor logVariances) => -0.5 * (squares + logVariances + Log2Pi).sum(-1);

    /// <summary>Squared Mahalanobis distances Σ_j (z_nj − μ_cj)² / σ²_cj of every point from every mean.</summary>
    /// <remarks>The squares are taken of the differences: expanding them would cancel far from a mean.</remarks>
    /// <param name="z">Points, (N, D).</param>
    /// <param name="means">μ_c, (K, D).</param>
    /// <param name="precisions">1 / σ²_c, (K, D).</param>
    /// <returns>(N, K), differentiable.</returns>
    public static Tensor SquaredDistances(Tensor z, Tensor means, Tensor precisions) =>
        ((z.unsqueeze(1) - means).square() * precisions).sum(-1);
}
