using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Symmetric positive-definite matrices (K, D, D).</summary>
internal sealed class FullCovariance : CovarianceModel
{
    public override long[] Shape(long components, long dimensions) => [components, dimensions, dimensions];

    public override long FreeParameters(long components, long dimensions) => components * dimensions * (dimensions + 1) / 2;

    public override long Width(long components, long dimensions) => dimensions * Math.Max(components, dimensions + 1);

    public override string Positive => "symmetric and positive definite";

    public override bool IsPositive(Tensor covariances) =>
        covariances.allclose(covariances.transpose(1, 2)) && (linalg.eigvalsh(covariances) > 0).all().item<bool>();

    public override Tensor Variances(Tensor covariances, long dimensions) => covariances.diagonal(0, 1, 2);

    public override Tensor Statistics(Tensor x) => cat([x, (x.unsqueeze(2) * x.unsqueeze(1)).flatten(1)], 1);

    public override long StatisticsWidth(long dimensions) => dimensions * (dimensions + 1);

    public override Tensor Estimate(Tensor secondMoments, Tensor means, double floor)
    {
        var covariances = secondMoments.reshape(-1, means.shape[1], means.shape[1]) - means.unsqueeze(2) * means.unsqueeze(1);
        return (covariances + covariances.transpose(1, 2)) / 2 + floor * eye(means.shape[1], dtype: float64);
    }

    public override Func<Tensor, Tensor> LogDensities(Tensor means, Tensor covariances)
    {
        // With Σ = V diag(λ) Vᵀ, the Mahalanobis distance is the plain one after multiplying by V diag(λ)^−½.
        long k = means.shape[0], d = means.shape[1];
        var (values, vectors) = Spectrum(covariances);
        var whitening = vectors / values.sqrt().unsqueeze(1);                                          // (K, D, D)
        var white = means.unsqueeze(1).bmm(whitening).flatten();                                       // (K·D)
        var side = whitening.permute(1, 0, 2).reshape(d, k * d);                                       // (D, K·D)
        var atMean = -0.5 * (values.log().sum(1, keepdim: true) + d * Log2Pi);                         // (K, 1)
        return statistics =>
        {
            var mahalanobis = (statistics.narrow(1, 0, d).mm(side) - white).square().reshape(-1, k, d).sum(-1);                 // (n, K)
            return atMean - 0.5 * mahalanobis.t();
        };
    }

    public override Tensor Colour(Tensor noise, Tensor components, Tensor covariances)
    {
        var (values, vectors) = Spectrum(covariances);
        var colouring = vectors * values.sqrt().unsqueeze(1);                                          // (K, D, D): V diag(λ)^½
        var coloured = zeros_like(noise);
        for (long k = 0; k < covariances.shape[0]; k++)
        {
            var rows = components.eq(k).nonzero().flatten();
            coloured.index_copy_(0, rows, noise.index_select(0, rows).mm(colouring[k].t()));
        }
        return coloured;
    }

    private const double RelativeRounding = 2.220446049250313e-16; // 2⁻⁵²

    // Unlike a Cholesky factor, it exists even where rounding has made a covariance singular; eigenvalues below rounding error are raised to it.
    private static (Tensor Values, Tensor Vectors) Spectrum(Tensor covariances)
    {
        var (values, vectors) = linalg.eigh(covariances);
        var rounding = values.amax([1L], keepdim: true) * (covariances.shape[1] * RelativeRounding);
        return (maximum(values, rounding), vectors);
    }
}
