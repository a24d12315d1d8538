namespace DeepClustering.Mixtures;

/// <summary>What EM needs of a component for a tile of points, (D, W).</summary>
/// <remarks>Everything is computed from differences x − μ_k: expanded squares cancel for components that are narrow compared with their distance from zero or from each other.</remarks>
internal abstract class GaussianKernel
{
    /// <summary>log N(x_n; μ_k, Σ_k), written to γ of component k, (W).</summary>
    public abstract void LogDensities(int k, Centres means, ReadOnlySpan<double> tile, TileScratch scratch);

    /// <summary>Adds Σ_n γ_kn (x_n − μ_k) to the first moments, (D), and as much of Σ_n γ_kn (x_n − μ_k)(x_n − μ_k)ᵀ as the covariance has to the second, (S).</summary>
    public abstract void AddMoments(int k, Centres reference, ReadOnlySpan<double> tile, TileScratch scratch, Span<double> first, Span<double> second);

    /// <summary>Where the variance of dimension d stands among the second moments of a component.</summary>
    public abstract int VarianceIndex(int d);
}
