namespace DeepClustering.Losses;

/// <summary>The names of the loss's parts in histories and charts.</summary>
public static class LossTerms
{
    /// <summary>The reconstruction term −E log p(x|z).</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>The VAE's divergence KL(q(z|x) ‖ N(0, I)).</summary>
    public const string Divergence = "KL(z)";

    /// <summary>VaDE's divergence of the code, Σ_c γ_c KL(q(z|x) ‖ N(μ_c, σ²_c I)).</summary>
    public const string LatentDivergence = "KL(z|c)";

    /// <summary>VaDE's divergence of the cluster, KL(γ ‖ π).</summary>
    public const string CategoricalDivergence = "KL(c)";

    /// <summary>The consistency term λ CE(γ(x), γ(x′)) (<see cref="SelfAugmentationLoss"/>).</summary>
    public const string Consistency = "consistency";

    /// <summary>The information term −λ (a H(E γ) − E H(γ)) (<see cref="SelfAugmentationLoss"/>).</summary>
    public const string Information = "information";

    /// <summary>The start term λ CE(c, γ(x)), with c the cluster of x at the start.</summary>
    public const string Start = "start";

    /// <summary>The adversarial term λ CE(γ(x), γ(x + r)) (<see cref="VirtualAdversarialLoss"/>).</summary>
    public const string Adversarial = "adversarial";
}
