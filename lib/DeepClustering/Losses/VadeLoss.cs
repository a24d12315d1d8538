using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>VaDE's negative evidence lower bound.</summary>
public static class VadeLoss
{
    /// <summary>
    /// The negative ELBO, Jiang et al. 2017, eq. 12, with its five terms gathered into three, averaged over the batch:
    /// −log p(x|z) + Σ_c γ_c KL(q(z|x) ‖ N(μ_c, σ²_c I)) + Σ_c γ_c log(γ_c / π_c).
    /// </summary>
    /// <remarks>
    /// The terms of eq. 12 that hold σ̃ and σ_c are the sum over c of γ_c times a divergence between two Gaussians, because
    /// γ sums to one; those that hold π and γ are the divergence KL(γ ‖ π). Everything stays in log space.
    /// </remarks>
    /// <param name="logLikelihood">log p(x|z) at z ~ q(z|x), (B).</param>
    /// <param name="mean">μ̃ of q(z|x), (B, D).</param>
    /// <param name="logVariance">log σ̃² of q(z|x), (B, D).</param>
    /// <param name="logResponsibilities">log γ, (B, K), normalised over c (eq. 16).</param>
    /// <param name="logWeights">log π, (K), normalised.</param>
    /// <param name="means">μ_c, (K, D).</param>
    /// <param name="logVariances">log σ²_c, (K, D).</param>
    /// <returns>Parts "reconstruction", "KL(z|c)" and "KL(c)"; the caller disposes their tensors.</returns>
    public static Loss NegativeElbo(
        Tensor logLikelihood, Tensor mean, Tensor logVariance,
        Tensor logResponsibilities, Tensor logWeights, Tensor means, Tensor logVariances)
    {
        using var scope = NewDisposeScope();
        var (reconstruction, latent, categorical) = Terms(
            logLikelihood, mean, logVariance, logResponsibilities, logWeights, means, logVariances);
        return new Loss(
            (LossTerms.Reconstruction, reconstruction.mean()),
            (LossTerms.LatentDivergence, latent.mean()),
            (LossTerms.CategoricalDivergence, categorical.mean())).MoveToOuterDisposeScope();
    }

    /// <summary>The three terms for each row, (B) each; they belong to the caller's dispose scope.</summary>
    internal static (Tensor Reconstruction, Tensor Latent, Tensor Categorical) Terms(
        Tensor logLikelihood, Tensor mean, Tensor logVariance,
        Tensor logResponsibilities, Tensor logWeights, Tensor means, Tensor logVariances)
    {
        var responsibilities = exp(logResponsibilities);                                           // (B, K)
        var latent = (responsibilities * GaussianDivergence(mean, logVariance, means, logVariances)).sum(-1);
        var categorical = (responsibilities * (logResponsibilities - logWeights)).sum(-1);         // (B)
        return (-logLikelihood, latent, categorical);
    }

    /// <summary>KL(N(μ̃, σ̃² I) ‖ N(μ_c, σ²_c I)) = ½ Σ_j (log σ²_c − log σ̃² − 1 + (σ̃² + (μ̃ − μ_c)²) / σ²_c), (B, K).</summary>
    private static Tensor GaussianDivergence(Tensor mean, Tensor logVariance, Tensor means, Tensor logVariances)
    {
        var precisions = exp(-logVariances);                                                       // (K, D)
        var distances = GaussianFormulas.SquaredDistances(mean, means, precisions);                // (B, K)
        var spreads = exp(logVariance).mm(precisions.t());                                         // (B, K)
        return 0.5 * (distances + spreads + logVariances.sum(-1) - (logVariance + 1).sum(-1, keepdim: true));
    }
}
