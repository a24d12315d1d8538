namespace DeepClustering.Mixtures;

/// <summary>A thread's room for what is computed of a tile of W points.</summary>
internal sealed class TileScratch(int components, int dimensions, int width)
{
    /// <summary>x − μ_k, (D, W).</summary>
    public double[] Differences { get; } = new double[dimensions * width];

    /// <summary>γ, (K, W).</summary>
    public double[] Gamma { get; } = new double[components * width];

    /// <summary>log p(x), (W).</summary>
    public double[] LogDensities { get; } = new double[width];

    /// <summary>γ of one component, (W).</summary>
    public Span<double> GammaOf(int k) => Gamma.AsSpan(k * width, width);
}
