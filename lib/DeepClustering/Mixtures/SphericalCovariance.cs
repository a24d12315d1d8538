using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>One variance per component, (K): a diagonal covariance whose variances are equal.</summary>
internal sealed class SphericalCovariance : DiagonalCovariance
{
    public override long[] Shape(long components, long dimensions) => [components];

    public override long FreeParameters(long components, long dimensions) => components;

    public override Tensor Variances(Tensor covariances, long dimensions) =>
        covariances.unsqueeze(1).expand(covariances.shape[0], dimensions);

    public override Tensor Estimate(double[] scatter, int dimensions, double floor) =>
        base.Estimate(scatter, dimensions, floor).mean([1L]);
}
