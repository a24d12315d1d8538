namespace DeepClustering.Losses;

/// <summary>What the parts of the losses are called, in histories and charts.</summary>
public static class LossTerms
{
    /// <summary>−E log p(x|z).</summary>
    public const string Reconstruction = "reconstruction";

    /// <summary>KL(q(z|x) ‖ N(0, I)), the VAE's.</summary>
    public const string Divergence = "KL(z)";

    /// <summary>Σ_c γ_c KL(q(z|x) ‖ N(μ_c, σ²_c I)), VaDE's.</summary>
    public const string LatentDivergence = "KL(z|c)";

    /// <summary>KL(γ ‖ π), VaDE's.</summary>
    public const string CategoricalDivergence = "KL(c)";

    /// <summary>λ CE(γ(x), γ(x′)) (<see cref="SelfAugmentationLoss"/>).</summary>
    public const string Consistency = "consistency";

    /// <summary>−λ (a H(E γ) − E H(γ)) (<see cref="SelfAugmentationLoss"/>).</summary>
    public const string Information = "information";

    /// <summary>λ CE(c, γ(x)), c the cluster of x at the start.</summary>
    public const string Start = "start";

    /// <summary>λ CE(γ(x), γ(x + r)) (<see cref="VirtualAdversarialLoss"/>).</summary>
    public const string Adversarial = "adversarial";
}
