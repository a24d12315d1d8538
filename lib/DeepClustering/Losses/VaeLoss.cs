using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>The VAE's negative evidence lower bound.</summary>
public static class VaeLoss
{
    /// <summary>−E_q[log p(x|z)] + KL(q(z|x) ‖ N(0, I)) (Kingma and Welling 2014, eq. 10), averaged over the batch.</summary>
    /// <param name="logLikelihood">log p(x|z) at z ~ q(z|x), (B).</param>
    /// <param name="mean">μ of q(z|x), (B, D).</param>
    /// <param name="logVariance">log σ² of q(z|x), (B, D).</param>
    /// <returns>Parts "reconstruction" and "KL(z)"; the caller disposes their tensors.</returns>
    public static Loss NegativeElbo(Tensor logLikelihood, Tensor mean, Tensor logVariance)
    {
        using var scope = NewDisposeScope();
        var divergence = -0.5 * (1 + logVariance - mean.square() - exp(logVariance)).sum(-1);    // (B)
        return new Loss((LossTerms.Reconstruction, -logLikelihood.mean()), (LossTerms.Divergence, divergence.mean())).MoveToOuterDisposeScope();
    }
}
