using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Symmetric positive-definite matrices (K, D, D).</summary>
internal sealed class FullCovariance : CovarianceModel
{
    // An asymmetry of this share of √(Σ_ii Σ_jj) is rounding (of float32), not an error.
    private const double Asymmetry = 1e-6;

    // The smallest eigenvalue allowed of a correlation matrix, per dimension: well above what rounding makes of a zero.
    private const double LeastEigenvalue = 1.0 / (1L << 46);

    public override long[] Shape(long components, long dimensions) => [components, dimensions, dimensions];

    public override long FreeParameters(long components, long dimensions) => components * dimensions * (dimensions + 1) / 2;

    public override string Positive => "symmetric and positive definite";

    /// <remarks>By a Cholesky factorisation, which, unlike eigenvalues, is not affected by the scales of the dimensions.</remarks>
    public override bool IsPositive(Tensor covariances)
    {
        var deviations = Deviations(covariances);
        var bound = Asymmetry * deviations.unsqueeze(2) * deviations.unsqueeze(1);
        // NaN, from a negative variance, fails the comparison.
        if (!((covariances - covariances.transpose(1, 2)).abs() <= bound).all().item<bool>())
        {
            return false;
        }
        var (_, info) = linalg.cholesky_ex(covariances);
        return info.eq(0).all().item<bool>();
    }

    public override Tensor Variances(Tensor covariances, long dimensions) => covariances.diagonal(0, 1, 2);

    public override int ScatterSize(int dimensions) => dimensions * dimensions;

    public override Tensor Estimate(double[] scatter, int dimensions, double floor)
    {
        var covariances = tensor(scatter).reshape(-1, dimensions, dimensions) + (floor * eye(dimensions, dtype: float64));
        // If points lie in a plane and the floor is negligible next to their variances, rounding decides the sign of what is left.
        var deviations = Deviations(covariances);
        var correlations = covariances / (deviations.unsqueeze(2) * deviations.unsqueeze(1));
        var least = linalg.eigvalsh(correlations).amin([1L]);                                          // (K)
        var missing = (dimensions * LeastEigenvalue - least).clamp_min(0);
        return covariances + (missing.reshape(-1, 1, 1) * deviations.square().diag_embed());
    }

    public override GaussianKernel Kernel(Tensor covariances, int dimensions) => new FullKernel(covariances);

    public override Tensor Colour(Tensor noise, Tensor components, Tensor covariances)
    {
        var factors = linalg.cholesky(covariances);                                                    // (K, D, D)
        var coloured = zeros_like(noise);
        for (long k = 0; k < covariances.shape[0]; k++)
        {
            var rows = components.eq(k).nonzero().flatten();
            coloured.index_copy_(0, rows, noise.index_select(0, rows).mm(factors[k].t()));
        }
        return coloured;
    }

    /// <summary>√Σ_ii, (K, D).</summary>
    private static Tensor Deviations(Tensor covariances) => covariances.diagonal(0, 1, 2).sqrt();
}
