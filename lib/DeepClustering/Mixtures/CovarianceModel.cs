using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>Everything that depends on the covariance type. Tensors are float64, n points are (n, D).</summary>
internal abstract class CovarianceModel
{
    public static CovarianceModel Of(CovarianceType type) => type switch
    {
        CovarianceType.Diagonal => new DiagonalCovariance(),
        CovarianceType.Spherical => new SphericalCovariance(),
        CovarianceType.Full => new FullCovariance(),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Expected Diagonal, Spherical or Full."),
    };

    /// <summary>Shape of the tensor that holds the K covariances.</summary>
    public abstract long[] Shape(long components, long dimensions);

    /// <summary>Free parameters in the K covariances.</summary>
    public abstract long FreeParameters(long components, long dimensions);

    /// <summary>The requirement on the covariances' values, in words.</summary>
    public abstract string Positive { get; }

    /// <summary>Whether the covariances meet the requirement of <see cref="Positive"/>.</summary>
    public abstract bool IsPositive(Tensor covariances);

    /// <summary>Variance of each component in each dimension, (K, D): a view of the covariances.</summary>
    public abstract Tensor Variances(Tensor covariances, long dimensions);

    /// <summary>How many second moments a component has, S.</summary>
    public abstract int ScatterSize(int dimensions);

    /// <summary>Σ_k from the second moments around the mean, (K, S), in the shape of the covariances, with floor·I added; always positive (definite).</summary>
    public abstract Tensor Estimate(double[] scatter, int dimensions, double floor);

    /// <summary>The kernel that computes densities and moments from tiles of differences from the means, for components with these covariances.</summary>
    public abstract GaussianKernel Kernel(Tensor covariances, int dimensions);

    /// <summary>Turns standard normal noise (n, D) into noise with the covariance of each point's component (n).</summary>
    public abstract Tensor Colour(Tensor noise, Tensor components, Tensor covariances);
}
