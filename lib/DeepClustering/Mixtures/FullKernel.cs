using System.Numerics;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Matrices (K, D, D), by their Cholesky factors Σ = L Lᵀ: the Mahalanobis distance is |L⁻¹ (x − μ)|².</summary>
internal sealed class FullKernel : GaussianKernel
{
    private readonly double[] _factors;      // (K, D, D), the lower triangles L
    private readonly double[] _atMean;       // (K)
    private readonly int _dimensions;

    /// <param name="covariances">(K, D, D), positive definite; they stay the caller's.</param>
    public FullKernel(Tensor covariances)
    {
        using var scope = NewDisposeScope();
        _dimensions = (int)covariances.shape[1];
        var factors = linalg.cholesky(covariances);
        _factors = factors.contiguous().data<double>().ToArray();
        _atMean = (-factors.diagonal(0, 1, 2).log().sum(1) - (0.5 * _dimensions * GaussianFormulas.Log2Pi)).data<double>().ToArray();
    }

    public override void LogDensities(int k, Centres means, ReadOnlySpan<double> tile, TileScratch scratch)
    {
        means.Differences(k, tile, scratch.Differences);
        var x = MemoryMarshal.Cast<double, Vector<double>>(scratch.Differences.AsSpan());
        var result = MemoryMarshal.Cast<double, Vector<double>>(scratch.GammaOf(k));
        int row = result.Length;
        var factor = _factors.AsSpan(k * _dimensions * _dimensions, _dimensions * _dimensions);
        var white = new Vector<double>[_dimensions];   // L⁻¹ (x − μ), by forward substitution
        for (int v = 0; v < row; v++)
        {
            var sum = Vector<double>.Zero;
            for (int i = 0; i < white.Length; i++)
            {
                var rest = x[(i * row) + v];
                for (int j = 0; j < i; j++)
                {
                    rest -= factor[(i * _dimensions) + j] * white[j];
                }
                white[i] = rest / factor[(i * _dimensions) + i];
                sum += white[i] * white[i];
            }
            result[v] = new Vector<double>(_atMean[k]) - (0.5 * sum);
        }
    }

    public override void AddMoments(int k, Centres reference, ReadOnlySpan<double> tile, TileScratch scratch, Span<double> first, Span<double> second)
    {
        reference.Differences(k, tile, scratch.Differences);
        var x = MemoryMarshal.Cast<double, Vector<double>>(scratch.Differences.AsSpan());
        var weights = MemoryMarshal.Cast<double, Vector<double>>(scratch.GammaOf(k));
        int row = weights.Length;
        var weighted = new Vector<double>[row];
        for (int i = 0; i < _dimensions; i++)
        {
            var sum = Vector<double>.Zero;
            for (int v = 0; v < row; v++)
            {
                weighted[v] = x[(i * row) + v] * weights[v];
                sum += weighted[v];
            }
            first[i] += Vector.Sum(sum);
            for (int j = 0; j <= i; j++)
            {
                var products = Vector<double>.Zero;
                var other = x.Slice(j * row, row);
                for (int v = 0; v < weighted.Length; v++)
                {
                    products += weighted[v] * other[v];
                }
                double total = Vector.Sum(products);
                second[(i * _dimensions) + j] += total;
                if (j < i)
                {
                    second[(j * _dimensions) + i] += total;
                }
            }
        }
    }

    public override int VarianceIndex(int d) => d * (_dimensions + 1);
}
