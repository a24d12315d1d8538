namespace DeepClustering.Mixtures;

/// <summary>A thread's scratch memory for a tile of W points.</summary>
internal sealed class TileScratch(int components, int dimensions, int width)
{
    /// <summary>The differences x − μ_k, (D, W).</summary>
    public double[] Differences { get; } = new double[dimensions * width];

    /// <summary>The responsibilities γ, (K, W).</summary>
    public double[] Gamma { get; } = new double[components * width];

    /// <summary>The log densities log p(x), (W).</summary>
    public double[] LogDensities { get; } = new double[width];

    /// <summary>The responsibilities γ of one component, (W).</summary>
    public Span<double> GammaOf(int k) => Gamma.AsSpan(k * width, width);
}
