using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepClustering.Mixtures;

/// <summary>Variances (K, D), whether they differ from dimension to dimension or not.</summary>
internal sealed class DiagonalKernel : GaussianKernel
{
    private readonly double[] _precisions;   // (K, D)
    private readonly double[] _atMean;       // (K): log N(μ_k; μ_k, Σ_k)
    private readonly int _dimensions;

    public DiagonalKernel(double[] variances, int dimensions)
    {
        _dimensions = dimensions;
        _precisions = Array.ConvertAll(variances, variance => 1 / variance);
        _atMean = [.. variances.Chunk(dimensions).Select(component => -0.5 * (component.Sum(Math.Log) + (dimensions * GaussianFormulas.Log2Pi)))];
    }

    public override void LogDensities(int k, Centres means, ReadOnlySpan<double> tile, TileScratch scratch)
    {
        var x = MemoryMarshal.Cast<double, Vector<double>>(tile);
        var result = MemoryMarshal.Cast<double, Vector<double>>(scratch.GammaOf(k));
        ReadOnlySpan<double> high = means.High(k), low = means.Low(k);
        var precisions = _precisions.AsSpan(k * _dimensions, _dimensions);
        int row = result.Length;
        var (atMean, minusHalf) = (new Vector<double>(_atMean[k]), new Vector<double>(-0.5));
        // Two vectors at a time: one would wait for its own last sum.
        for (int v = 0; v < row; v += 2)
        {
            var (sum0, sum1) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int d = 0; d < precisions.Length; d++)
            {
                var (centre, rest, precision) = (new Vector<double>(high[d]), new Vector<double>(low[d]), new Vector<double>(precisions[d]));
                var (x0, x1) = (x[(d * row) + v] - centre - rest, x[(d * row) + v + 1] - centre - rest);
                sum0 = Vector.MultiplyAddEstimate(x0 * x0, precision, sum0);
                sum1 = Vector.MultiplyAddEstimate(x1 * x1, precision, sum1);
            }
            result[v] = Vector.MultiplyAddEstimate(minusHalf, sum0, atMean);
            result[v + 1] = Vector.MultiplyAddEstimate(minusHalf, sum1, atMean);
        }
    }

    public override void AddMoments(int k, Centres reference, ReadOnlySpan<double> tile, TileScratch scratch, Span<double> first, Span<double> second)
    {
        var x = MemoryMarshal.Cast<double, Vector<double>>(tile);
        var weights = MemoryMarshal.Cast<double, Vector<double>>(scratch.GammaOf(k));
        ReadOnlySpan<double> high = reference.High(k), low = reference.Low(k);
        for (int d = 0; d < _dimensions; d++)
        {
            var (centre, rest) = (new Vector<double>(high[d]), new Vector<double>(low[d]));
            var row = x.Slice(d * weights.Length, weights.Length);
            var (sum0, sum1, squares0, squares1) = (Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero, Vector<double>.Zero);
            for (int v = 0; v < row.Length; v += 2)
            {
                var (x0, x1) = (row[v] - centre - rest, row[v + 1] - centre - rest);
                var (weighted0, weighted1) = (x0 * weights[v], x1 * weights[v + 1]);
                sum0 += weighted0;
                sum1 += weighted1;
                squares0 = Vector.MultiplyAddEstimate(weighted0, x0, squares0);
                squares1 = Vector.MultiplyAddEstimate(weighted1, x1, squares1);
            }
            first[d] += Vector.Sum(sum0 + sum1);
            second[d] += Vector.Sum(squares0 + squares1);
        }
    }

    public override int VarianceIndex(int d) => d;
}
