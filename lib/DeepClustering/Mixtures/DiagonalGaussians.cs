using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Densities of K Gaussians with diagonal covariance, in log space.</summary>
/// <remarks>Symbols as in Jiang et al. 2017: means μ_c and log variances log σ²_c are (K, D), points z are (N, D).</remarks>
public static class DiagonalGaussians
{
    /// <summary>log N(z_n; μ_c, σ²_c I) of every point under every Gaussian.</summary>
    /// <param name="z">Points, (N, D), any floating-point dtype.</param>
    /// <param name="means">μ_c, (K, D).</param>
    /// <param name="logVariances">log σ²_c, (K, D).</param>
    /// <returns>(N, K), differentiable in all three arguments; the caller disposes it.</returns>
    public static Tensor LogDensities(Tensor z, Tensor means, Tensor logVariances)
    {
        using var scope = NewDisposeScope();
        var distances = GaussianFormulas.SquaredDistances(z, means, exp(-logVariances));   // (N, K)
        var logDeterminant = logVariances.sum(-1);                                            // (K)
        return (-0.5 * (distances + logDeterminant + means.shape[^1] * GaussianFormulas.Log2Pi)).MoveToOuterDisposeScope();
    }

    /// <summary>E_q[log N(z; μ_c, σ²_c I)] of every Gaussian q = N(μ_n, σ²_n I): log N(μ_n; μ_c, σ²_c I) − ½ Σ_j σ²_nj / σ²_cj.</summary>
    /// <param name="mean">μ_n of the q's, (N, D), of the dtype of the other three.</param>
    /// <param name="logVariance">log σ²_n of the q's, (N, D).</param>
    /// <param name="means">μ_c, (K, D).</param>
    /// <param name="logVariances">log σ²_c, (K, D).</param>
    /// <returns>(N, K), differentiable in all four arguments; the caller disposes it.</returns>
    public static Tensor ExpectedLogDensities(Tensor mean, Tensor logVariance, Tensor means, Tensor logVariances)
    {
        using var scope = NewDisposeScope();
        var spreads = exp(logVariance).mm(exp(-logVariances).t());                 // (N, K)
        return (LogDensities(mean, means, logVariances) - 0.5 * spreads).MoveToOuterDisposeScope();
    }
}
