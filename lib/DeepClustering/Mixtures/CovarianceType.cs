namespace DeepClustering.Mixtures;

/// <summary>The form of the covariances of a mixture's components.</summary>
public enum CovarianceType
{
    /// <summary>One variance for each dimension: Σ_k = diag(σ²_k), tensor (K, D).</summary>
    Diagonal,

    /// <summary>One variance for all dimensions: Σ_k = σ²_k I, tensor (K).</summary>
    Spherical,

    /// <summary>Any symmetric positive-definite matrix, tensor (K, D, D).</summary>
    Full,
}
