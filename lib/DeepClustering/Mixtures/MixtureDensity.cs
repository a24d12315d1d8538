using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepClustering.Mixtures;

/// <summary>The E-step for a tile of points: log p(x_n), and γ_kn ∝ π_k N(x_n; μ_k, Σ_k).</summary>
internal sealed class MixtureDensity(double[] weights, Centres means, GaussianKernel kernel)
{
    private readonly double[] _logWeights = Array.ConvertAll(weights, Math.Log);

    /// <summary>Fills <see cref="TileScratch.Gamma"/> and <see cref="TileScratch.LogDensities"/>.</summary>
    public void Evaluate(ReadOnlySpan<double> tile, TileScratch scratch)
    {
        for (int k = 0; k < _logWeights.Length; k++)
        {
            kernel.LogDensities(k, means, tile, scratch);
        }
        Normalise(MemoryMarshal.Cast<double, Vector<double>>(scratch.Gamma.AsSpan()), MemoryMarshal.Cast<double, Vector<double>>(scratch.LogDensities.AsSpan()));
    }

    /// <summary>log-sum-exp over the components, keeping the exponentials: divided by their sum, they are the responsibilities.</summary>
    private void Normalise(Span<Vector<double>> joint, Span<Vector<double>> logDensities)
    {
        int row = logDensities.Length;
        for (int v = 0; v < row; v++)
        {
            var largest = new Vector<double>(double.NegativeInfinity);
            for (int k = 0; k < _logWeights.Length; k++)
            {
                joint[(k * row) + v] += new Vector<double>(_logWeights[k]);
                largest = Vector.Max(largest, joint[(k * row) + v]);
            }
            var sum = Vector<double>.Zero;
            for (int k = 0; k < _logWeights.Length; k++)
            {
                var exponential = Vector.Exp(joint[(k * row) + v] - largest);
                joint[(k * row) + v] = exponential;
                sum += exponential;
            }
            logDensities[v] = Vector.Log(sum) + largest;
            var scale = Vector<double>.One / sum;
            for (int k = 0; k < _logWeights.Length; k++)
            {
                joint[(k * row) + v] *= scale;
            }
        }
    }
}
