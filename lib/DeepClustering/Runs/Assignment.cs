using System.Collections.Immutable;

namespace DeepClustering.Runs;

/// <summary>The cluster of a row, how confident the model is, and how unusual the row is.</summary>
/// <param name="Id">The row's name, or its number, from 1.</param>
/// <param name="Cluster">The most responsible component, 0..K − 1.</param>
/// <param name="Responsibilities">γ_c = p(c|z) at the latent mean, K values that sum to one.</param>
/// <param name="Distance">The distance of the latent mean from the component's mean, √(Σ (μ − μ_c)² / σ²_c), in standard deviations of the component.</param>
/// <param name="NegativeBound">The negative ELBO, in nats: the higher, the less likely the row is under the model.</param>
/// <param name="Unusualness">The share of training rows that are more likely than this one under the model, [0, 1]; null if the run did not keep their bounds.</param>
public sealed record Assignment(string Id, int Cluster, ImmutableArray<float> Responsibilities, float Distance, float NegativeBound, double? Unusualness)
{
    /// <summary>The responsibility of the row's cluster, 1/K..1.</summary>
    public float Largest => Responsibilities[Cluster];
}
