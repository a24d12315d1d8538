using DeepClustering.Augmentations;

namespace DeepClustering.Losses;

/// <summary>The weights of <see cref="SelfAugmentationLoss"/> relative to the ELBO, and the distortion that makes x′.</summary>
/// <remarks>Every setter throws <see cref="ArgumentOutOfRangeException"/> for a value outside the range it states.</remarks>
public sealed record SelfAugmentation
{
    /// <summary>λ, in nats of the ELBO per nat of the responsibilities. Range: at least 0.</summary>
    public double Weight
    {
        get;
        init => field = Require.NotNegative(value, nameof(Weight));
    } = 400;

    /// <summary>a, the weight of the entropy of the mean responsibilities relative to the mean entropy of single ones. Range: at least 0.</summary>
    public double Balance
    {
        get;
        init => field = Require.NotNegative(value, nameof(Balance));
    } = 2;

    /// <summary>How x′ is made from x.</summary>
    public IAugmentation Augmentation { get; init; } = new Affine { Rotation = 15, Shift = 3 };
}
