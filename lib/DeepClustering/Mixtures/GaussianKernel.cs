namespace DeepClustering.Mixtures;

/// <summary>What EM needs of a component for a tile of points, given as their differences x − μ_k, (D, W).</summary>
/// <remarks>Everything is computed from differences: expanded squares cancel for components that are narrow compared with their distance from zero or from each other.</remarks>
internal abstract class GaussianKernel
{
    /// <summary>log N(x_n; μ_k, Σ_k), (W).</summary>
    public abstract void LogDensities(int k, ReadOnlySpan<double> differences, Span<double> logDensities);

    /// <summary>Adds Σ_n γ_n (x_n − μ_k) to the first moments, (D), and as much of Σ_n γ_n (x_n − μ_k)(x_n − μ_k)ᵀ as the covariance has to the second, (S).</summary>
    public abstract void AddMoments(ReadOnlySpan<double> differences, ReadOnlySpan<double> gamma, Span<double> first, Span<double> second);

    /// <summary>Where the variance of dimension d stands among the second moments of a component.</summary>
    public abstract int VarianceIndex(int d);
}
