using System.Collections.Immutable;
using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>Each column, or all columns together, to [0, 1] over the training rows; a constant one to 0. New rows may lie outside.</summary>
/// <param name="Offsets">The least values, D.</param>
/// <param name="Scales">The greatest less the least values, D; 1 for constant columns.</param>
internal sealed record MinMaxScaling(ImmutableArray<double> Offsets, ImmutableArray<double> Scales) : ColumnScaling(Offsets, Scales)
{
    /// <inheritdoc/>
    public bool Equals(MinMaxScaling? other) => base.Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => base.ToString();

    internal static MinMaxScaling Of(Tensor training, bool together)
    {
        using var scope = NewDisposeScope();
        Tensor least = training.amin([0]).to(float64), most = training.amax([0]).to(float64);
        if (together)
        {
            (least, most) = (least.min().expand_as(least), most.max().expand_as(most));
        }
        var range = most.sub(least);
        return new(Numbers(least), OneForConstant(range, range));
    }
}
