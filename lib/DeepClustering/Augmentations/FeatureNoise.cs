using DeepClustering.Data;
using DeepClustering.Devices;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>Adds Gaussian noise to every feature, drawn anew each time: for tables, whose columns have no neighbours.</summary>
/// <param name="StandardDeviation">Standard deviation of the noise, in model units; for standardised features, relative to a feature's own. Range: at least 0.</param>
public sealed record FeatureNoise(double StandardDeviation = 0.1) : IAugmentation
{
    /// <summary>See the type's parameter of that name.</summary>
    public double StandardDeviation
    {
        get;
        init => field = Require.NotNegative(value, nameof(StandardDeviation));
    } = Require.NotNegative(StandardDeviation);

    /// <summary>x + σ ε, ε ~ N(0, I).</summary>
    /// <inheritdoc/>
    public Tensor Apply(Tensor x, ImageShape? shape, Generator random)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return random.NormalLike(x).mul_(StandardDeviation).add_(x).MoveToOuterDisposeScope();
    }
}
