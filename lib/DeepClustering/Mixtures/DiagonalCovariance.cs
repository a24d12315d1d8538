using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Variances (K, D).</summary>
internal class DiagonalCovariance : CovarianceModel
{
    public override long[] Shape(long components, long dimensions) => [components, dimensions];

    public override long FreeParameters(long components, long dimensions) => components * dimensions;

    public override string Positive => "positive";

    public override bool IsPositive(Tensor covariances) => (covariances > 0).all().item<bool>();

    public override Tensor Variances(Tensor covariances, long dimensions) => covariances.alias();

    public override int ScatterSize(int dimensions) => dimensions;

    public override Tensor Estimate(double[] scatter, int dimensions, double floor) => tensor(scatter).reshape(-1, dimensions).clamp_min(0) + floor;

    public override GaussianKernel Kernel(Tensor covariances, int dimensions)
    {
        using var variances = Variances(covariances, dimensions);
        using var dense = variances.contiguous();
        return new DiagonalKernel(dense.data<double>().ToArray(), dimensions);
    }

    public override Tensor Colour(Tensor noise, Tensor components, Tensor covariances) =>
        noise * Variances(covariances, noise.shape[1]).sqrt().index_select(0, components);
}
