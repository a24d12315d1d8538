using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Variances (K, D).</summary>
internal class DiagonalCovariance : CovarianceModel
{
    public override long[] Shape(long components, long dimensions) => [components, dimensions];

    public override long FreeParameters(long components, long dimensions) => components * dimensions;

    public override long Width(long components, long dimensions) => Math.Max(components, dimensions);

    public override string Positive => "positive";

    public override bool IsPositive(Tensor covariances) => (covariances > 0).all().item<bool>();

    public override Tensor Variances(Tensor covariances, long dimensions) => covariances.alias();

    public override Tensor Statistics(Tensor x) => cat([x, x.square()], 1);

    public override long StatisticsWidth(long dimensions) => 2 * dimensions;

    // Rounding can push a vanishing variance below zero.
    public override Tensor Estimate(Tensor secondMoments, Tensor means, double floor) =>
        (secondMoments - means.square()).clamp_min(0) + floor;

    public override Func<Tensor, Tensor> LogDensities(Tensor means, Tensor covariances)
    {
        // Expanded, −½ Σ_d ((x − μ)² / σ² + log 2πσ²) is linear in x and x²: one matrix product for all points and components.
        var variances = Variances(covariances, means.shape[1]);
        var precisions = 1 / variances;
        var slopes = cat([means * precisions, -0.5 * precisions], 1);                                              // (K, 2D)
        var atMean = -0.5 * (variances.log().sum(1, keepdim: true) + means.shape[1] * Log2Pi);                     // (K, 1)
        var atZero = atMean - 0.5 * (means.square() * precisions).sum(1, keepdim: true);                           // (K, 1)
        // A density is largest at the mean; rounding of the expansion must not lift it above that.
        return statistics => minimum(addmm(atZero, slopes, statistics.t(), 1, 1), atMean);                         // (K, n)
    }

    public override Tensor Colour(Tensor noise, Tensor components, Tensor covariances) =>
        noise * Variances(covariances, noise.shape[1]).sqrt().index_select(0, components);
}
