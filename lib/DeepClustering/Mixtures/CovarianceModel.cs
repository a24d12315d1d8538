using static TorchSharp.torch;

namespace DeepClustering.Mixtures;

/// <summary>All that depends on what a component's covariance may look like. Tensors are float64, n points are (n, D).</summary>
internal abstract class CovarianceModel
{
    protected static readonly double Log2Pi = Math.Log(2 * Math.PI);

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

    /// <summary>How many numbers a point costs in a block.</summary>
    public abstract long Width(long components, long dimensions);

    /// <summary>What is asked of the covariances' values, in words.</summary>
    public abstract string Positive { get; }

    /// <summary>Whether the covariances are <see cref="Positive"/>.</summary>
    public abstract bool IsPositive(Tensor covariances);

    /// <summary>Variance of each component in each dimension, (K, D): a view of the covariances.</summary>
    public abstract Tensor Variances(Tensor covariances, long dimensions);

    /// <summary>The sufficient statistics of points (n, D): x and as much of xxᵀ as <see cref="Estimate"/> needs, (n, D + S).</summary>
    public abstract Tensor Statistics(Tensor x);

    /// <summary>How many numbers the statistics of a point are, D + S.</summary>
    public abstract long StatisticsWidth(long dimensions);

    /// <summary>E[xxᵀ] − μμᵀ + floor·I, in the shape of the covariances, from the means (K, S) of what <see cref="Statistics"/> adds to x.</summary>
    public abstract Tensor Estimate(Tensor secondMoments, Tensor means, double floor);

    /// <summary>The function from <see cref="Statistics"/> to log N(x_n; μ_k, Σ_k), (n, D + S) → (K, n); what it needs for every block is computed once, here.</summary>
    public abstract Func<Tensor, Tensor> LogDensities(Tensor means, Tensor covariances);

    /// <summary>Turns standard normal noise (n, D) into noise with the covariance of each point's component (n).</summary>
    public abstract Tensor Colour(Tensor noise, Tensor components, Tensor covariances);
}
