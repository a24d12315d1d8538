using static TorchSharp.torch;

namespace DeepClustering.Embeddings;

/// <summary>The directions of largest variance of a set of points.</summary>
/// <remarks>
/// Eigenvectors of the sample covariance (1/(N−1)) Σ (x − x̄)(x − x̄)ᵀ, computed in float64. An axis has no sign of its
/// own; here its entry of largest magnitude is positive, so that the same points always give the same picture.
/// </remarks>
public sealed class PrincipalComponents : IDisposable
{
    private PrincipalComponents(Tensor mean, Tensor axes, double[] explainedVarianceRatio)
    {
        Mean = mean;
        Axes = axes;
        ExplainedVarianceRatio = explainedVarianceRatio;
    }

    /// <summary>x̄, the mean of the points, (D), float64. Owned by this object.</summary>
    public Tensor Mean { get; }

    /// <summary>Orthonormal axes as columns, (D, C), float64, largest variance first. Owned by this object.</summary>
    public Tensor Axes { get; }

    /// <summary>The share of the total variance along each axis, in [0, 1]; all 0 when the points coincide.</summary>
    public IReadOnlyList<double> ExplainedVarianceRatio { get; }

    /// <summary>Finds the first <paramref name="count"/> principal components of points.</summary>
    /// <param name="points">(N, D), N ≥ 2, floating-point and finite, on any device.</param>
    /// <param name="count">C, the number of components, from 1 to D.</param>
    /// <returns>The components; the caller disposes them.</returns>
    /// <exception cref="ArgumentException">The points are not such a matrix.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not between 1 and D.</exception>
    public static PrincipalComponents Fit(Tensor points, int count = 2)
    {
        RequireFinitePoints(points, nameof(points));
        if (points.shape[0] < 2)
        {
            throw new ArgumentException("One point has no variance; at least 2 are needed.", nameof(points));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, points.shape[1]);

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var x = points.cpu().to(float64);                                          // (N, D)
        var mean = x.mean([0L]);                                                   // (D)
        var centred = x - mean;
        var covariance = centred.t().mm(centred) / (x.shape[0] - 1);               // (D, D)
        var (variances, vectors) = linalg.eigh(covariance);                        // ascending
        var axes = vectors.flip(1).narrow(1, 0, count);                            // (D, C)
        var largest = axes.gather(0, axes.abs().argmax(0, keepdim: true));         // (1, C)
        double total = variances.sum().item<double>();
        double[] explained = variances.clamp(min: 0).flip(0).narrow(0, 0, count).data<double>().ToArray();
        return new PrincipalComponents(
            mean.MoveToOuterDisposeScope(),
            (axes * largest.sign()).MoveToOuterDisposeScope(),
            [.. explained.Select(variance => total > 0 ? variance / total : 0)]);
    }

    /// <summary>Coordinates along the axes: (x − x̄) A.</summary>
    /// <param name="points">(N, D), floating-point.</param>
    /// <returns>(N, C), float64, on the CPU; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The points do not have D coordinates.</exception>
    public Tensor Project(Tensor points)
    {
        RequireDimension(points, nameof(points));
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return (points.cpu().to(float64) - Mean).mm(Axes).MoveToOuterDisposeScope();
    }

    /// <summary>Covariances of diagonal Gaussians along the axes: Aᵀ diag(σ²) A.</summary>
    /// <param name="variances">σ², (K, D), floating-point.</param>
    /// <returns>(K, C, C), float64, on the CPU; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The variances do not have D entries.</exception>
    public Tensor ProjectCovariances(Tensor variances)
    {
        RequireDimension(variances, nameof(variances));
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var scaled = variances.cpu().to(float64).unsqueeze(-1) * Axes;             // (K, D, C)
        return Axes.t().matmul(scaled).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the mean and the axes.</summary>
    public void Dispose()
    {
        Mean.Dispose();
        Axes.Dispose();
    }

    private void RequireDimension(Tensor values, string parameter)
    {
        RequireFinitePoints(values, parameter);
        if (values.shape[1] != Mean.shape[0])
        {
            throw new ArgumentException($"Expected {Mean.shape[0]} columns, as the points the components were fitted to; found {values.shape[1]}.", parameter);
        }
    }

    private static void RequireFinitePoints(Tensor points, string parameter)
    {
        if (points.dim() != 2 || points.numel() == 0 || !points.is_floating_point())
        {
            throw new ArgumentException($"Expected a floating-point matrix (N, D); found {points.dtype} of shape ({string.Join(", ", points.shape)}).", parameter);
        }
        using var finite = points.isfinite();
        using var all = finite.all();
        if (!all.item<bool>())
        {
            throw new ArgumentException("Expected finite points; found NaN or infinity.", parameter);
        }
    }
}
