using System.Collections.Immutable;
using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>Each column to mean 0 and standard deviation 1 over the training rows (the deviation divides by N); a constant one to 0.</summary>
/// <param name="Offsets">The means, D.</param>
/// <param name="Scales">The standard deviations, D; 1 for constant columns.</param>
internal sealed record StandardScaling(ImmutableArray<double> Offsets, ImmutableArray<double> Scales) : ColumnScaling(Offsets, Scales)
{
    /// <inheritdoc/>
    public bool Equals(StandardScaling? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => base.ToString();

    internal static StandardScaling Of(Tensor training)
    {
        using var scope = NewDisposeScope();
        var rows = training.to(float64);
        var range = rows.amax([0]).sub(rows.amin([0]));
        // The mean of equal numbers is rounded; their minimum is not.
        var means = where(range.gt(0), rows.mean([0L]), rows.amin([0]));
        var deviations = rows.sub(means).square().mean([0L]).sqrt();
        return new(Numbers(means), OneForConstant(deviations, deviations));
    }
}
