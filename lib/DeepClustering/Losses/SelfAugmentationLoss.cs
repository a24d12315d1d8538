using static TorchSharp.torch;

namespace DeepClustering.Losses;

/// <summary>Makes a mixture's clusters meaningful: observations keep their cluster when slightly distorted, and all clusters are used.</summary>
/// <remarks>
/// After information-maximising self-augmented training (Hu et al., ICML 2017, eq. 2 and 6), with VaDE's responsibilities as p(c|x).
/// </remarks>
public static class SelfAugmentationLoss
{
    /// <summary>λ·[ CE(γ(x), γ(x′)) − (a·H(E γ(x)) − E H(γ(x))) ], averaged over the batch; γ(x) is held constant in the first term.</summary>
    /// <param name="logResponsibilities">log γ(x), (B, K), normalised over c.</param>
    /// <param name="logAugmented">log γ(x′) of the same observations under a small distortion, (B, K), normalised over c.</param>
    /// <param name="options">λ and a.</param>
    /// <returns>Parts "consistency" and "information" (the second in brackets, negative where information is gained), λ included; the caller disposes their tensors.</returns>
    public static Loss Of(Tensor logResponsibilities, Tensor logAugmented, SelfAugmentation options)
    {
        using var scope = NewDisposeScope();
        var responsibilities = exp(logResponsibilities);                                                  // (B, K)
        var crossEntropy = -(responsibilities.detach() * logAugmented).sum(-1).mean();
        var conditional = -(responsibilities * logResponsibilities).sum(-1).mean();
        var logMarginal = logResponsibilities.logsumexp(0) - Math.Log(logResponsibilities.shape[0]);       // (K)
        var marginal = -(exp(logMarginal) * logMarginal).sum();
        return new Loss(
            (LossTerms.Consistency, options.Weight * crossEntropy),
            (LossTerms.Information, options.Weight * (conditional - options.Balance * marginal))).MoveToOuterDisposeScope();
    }
}
