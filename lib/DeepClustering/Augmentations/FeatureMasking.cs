using DeepClustering.Data;
using DeepClustering.Devices;
using static TorchSharp.torch;

namespace DeepClustering.Augmentations;

/// <summary>Sets some features to 0, the mean of standardised ones, drawn anew for every observation.</summary>
/// <param name="Share">The probability that a feature is hidden. Range: 0 to below 1.</param>
public sealed record FeatureMasking(double Share = 0.2) : IAugmentation
{
    /// <summary>See the type's parameter of that name.</summary>
    public double Share
    {
        get;
        init => field = Require.Share(value, nameof(Share));
    } = Require.Share(Share);

    /// <summary>True: every support holds 0.</summary>
    bool IAugmentation.StaysInSupport => true;

    /// <summary>x where a uniform draw is at least the share, else 0.</summary>
    /// <inheritdoc/>
    public Tensor Apply(Tensor x, ImageShape? shape, Generator random)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return (x * random.UniformLike(x).ge(Share)).MoveToOuterDisposeScope();
    }
}
