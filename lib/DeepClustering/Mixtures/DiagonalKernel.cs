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

    public override void LogDensities(int k, ReadOnlySpan<double> differences, Span<double> logDensities)
    {
        var x = MemoryMarshal.Cast<double, Vector<double>>(differences);
        var result = MemoryMarshal.Cast<double, Vector<double>>(logDensities);
        int row = result.Length;
        var atMean = new Vector<double>(_atMean[k]);
        // Two vectors at a time: one would wait for its own last sum.
        for (int v = 0; v < row; v += 2)
        {
            var (sum0, sum1) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int d = 0; d < _dimensions; d++)
            {
                var precision = new Vector<double>(_precisions[(k * _dimensions) + d]);
                var (x0, x1) = (x[(d * row) + v], x[(d * row) + v + 1]);
                sum0 += x0 * x0 * precision;
                sum1 += x1 * x1 * precision;
            }
            result[v] = atMean - (0.5 * sum0);
            result[v + 1] = atMean - (0.5 * sum1);
        }
    }

    public override void AddMoments(ReadOnlySpan<double> differences, ReadOnlySpan<double> gamma, Span<double> first, Span<double> second)
    {
        var x = MemoryMarshal.Cast<double, Vector<double>>(differences);
        var weights = MemoryMarshal.Cast<double, Vector<double>>(gamma);
        int row = weights.Length;
        for (int d = 0; d < _dimensions; d++)
        {
            var (sum, squares) = (Vector<double>.Zero, Vector<double>.Zero);
            for (int v = 0; v < row; v++)
            {
                var weighted = x[(d * row) + v] * weights[v];
                sum += weighted;
                squares += weighted * x[(d * row) + v];
            }
            first[d] += Vector.Sum(sum);
            second[d] += Vector.Sum(squares);
        }
    }

    public override int VarianceIndex(int d) => d;
}
