using static TorchSharp.torch;

namespace DeepClustering.Graphs;

/// <summary>A polynomial of the normalised weights that keeps their leading eigenvectors and damps all between −1 and the edge.</summary>
/// <remarks>
/// p(λ) = T_m((λ − c) / h) / T_m((1 − c) / h), T_m Chebyshev's, c and h centre and half-width of [−1, edge], where |p| is as small as
/// it can be for its degree m: Y. Zhou, Y. Saad, M. Tiago and J. Chelikowsky, "Self-consistent-field calculations using
/// Chebyshev-filtered subspace iteration", J. Computational Physics 219, 2006. With approximate pairs V, Θ and what they leave,
/// R = A V − V Θ, the filtered block is p(A) V = V p(Θ) + E, and only E, which is as small as R, is computed by products with A: they
/// may be in float32, which halves what is read, and the result is as good as in float64. N. Kodali, K. Ramakrishnan and
/// P. Motamarri, "A residual-based Chebyshev filtered subspace iteration method for sparse Hermitian eigenvalue problems tolerant to
/// inexact matrix-vector products", 2025.
/// </remarks>
internal sealed class ChebyshevFilter
{
    /// <summary>How much more a filter keeps of the eigenvalue 1 than of those it damps, at most, and its highest degree.</summary>
    private const double Contrast = 1e8;
    private const int HighestDegree = 1000;

    private readonly double[] _values;
    private readonly double _centre, _half;
    private readonly int _degree;

    private ChebyshevFilter(double[] values, double centre, double half, int degree) =>
        (_values, _centre, _half, _degree) = (values, centre, half, degree);

    /// <summary>The filter that damps what lies below a block's smallest eigenvalue.</summary>
    /// <param name="values">Θ, the block's eigenvalues, in falling order.</param>
    /// <param name="wanted">How many of them are wanted.</param>
    /// <param name="excess">How many times too large what they leave is.</param>
    public static ChebyshevFilter For(double[] values, int wanted, double excess)
    {
        double edge = Math.Min(values[^1], 1 - 1e-12), centre = (edge - 1) / 2, half = (edge + 1) / 2;
        // |T_m(x)| ≤ 1 within [−1, 1], and T_m(x) = cosh(m arcosh x) beyond.
        double Degree(double ratio, double value) => Math.Log(2 * ratio) / Math.Acosh(Math.Max(1, (value - centre) / half));
        double degree = Math.Min(Degree(Contrast, 1), Degree(4 * Math.Max(2, excess), values[wanted - 1]));
        return new(values, centre, half, (int)Math.Clamp(Math.Ceiling(degree), 2, HighestDegree));
    }

    /// <summary>The filtered block, each column divided by what the filter keeps of its own eigenvalue.</summary>
    /// <param name="weights">A.</param>
    /// <param name="vectors">V, (N, W), W a multiple of <see cref="NeighborGraph.ColumnStep"/>.</param>
    /// <param name="residuals">R, (N, W).</param>
    /// <returns>V + E p(Θ)⁻¹, (N, W), float64; the caller disposes it.</returns>
    public Tensor Apply(FilterWeights weights, Tensor vectors, Tensor residuals)
    {
        using var scope = NewDisposeScope();
        float[] addend = weights.Arrange(residuals);
        float[] before = new float[addend.Length], now = new float[addend.Length];                      // E of the last two degrees
        double first = _half / (1 - _centre), scale = first;
        double[] kept = Array.ConvertAll(_values, _ => 1.0), keeps = Array.ConvertAll(_values, value => first / _half * (value - _centre));
        weights.Recur(before, now, addend, [.. kept.Select(keep => (float)keep)], alpha: (float)(first / _half), 0, 0);
        for (int power = 2; power <= _degree; power++)
        {
            double next = 1 / (2 / first - scale), alpha = 2 * next / _half, gamma = -scale * next;
            weights.Recur(now, before, addend, [.. keeps.Select(keep => (float)keep)], (float)alpha, (float)(-alpha * _centre), (float)gamma);
            for (int column = 0; column < keeps.Length; column++)
            {
                kept[column] = alpha * (_values[column] - _centre) * keeps[column] + gamma * kept[column];
            }
            (before, now, kept, keeps, scale) = (now, before, keeps, kept, next);
        }
        return (vectors + weights.Restore(now, keeps.Length) / tensor(keeps)).MoveToOuterDisposeScope();
    }
}
