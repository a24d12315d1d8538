using System.Collections.Immutable;

namespace DeepClustering.Runs;

/// <summary>Where a row belongs, how surely, and how unusual it is.</summary>
/// <param name="Id">The row's name, or its number, from 1.</param>
/// <param name="Cluster">The most responsible component, 0..K − 1.</param>
/// <param name="Responsibilities">γ_c = p(c|z) at the latent mean, K values that sum to one.</param>
/// <param name="Distance">How far the latent mean lies from the component's middle, √(Σ (μ − μ_c)² / σ²_c): in its standard deviations.</param>
/// <param name="NegativeBound">The negative ELBO, in nats: the higher, the less the model expects such a row.</param>
/// <param name="Unusualness">The share of the training rows that the model expects more, [0, 1]; null where the run has not kept their bounds.</param>
public sealed record Assignment(string Id, int Cluster, ImmutableArray<float> Responsibilities, float Distance, float NegativeBound, double? Unusualness)
{
    /// <summary>The responsibility of the row's cluster, 1/K..1.</summary>
    public float Largest => Responsibilities[Cluster];
}
