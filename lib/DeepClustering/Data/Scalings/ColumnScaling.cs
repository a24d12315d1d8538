using System.Collections.Immutable;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>(x − offset) / scale, column by column.</summary>
/// <remarks>Computed in float64: a column far from zero would lose its spread in float32.</remarks>
/// <param name="Offsets">What is subtracted from each of the D columns. Range: finite.</param>
/// <param name="Scales">What each of the D columns is divided by: 1 where the column is constant. Range: positive and finite.</param>
internal abstract record ColumnScaling(ImmutableArray<double> Offsets, ImmutableArray<double> Scales) : Scaling, IJsonOnDeserialized
{
    /// <summary>Whether kind, offsets and scales are the same.</summary>
    public virtual bool Equals(ColumnScaling? other) =>
        other?.GetType() == GetType() && Offsets.SequenceEqual(other.Offsets) && Scales.SequenceEqual(other.Scales);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GetType(), Offsets.Length, Offsets.FirstOrDefault(), Scales.FirstOrDefault());

    /// <summary>The kind and the number of columns.</summary>
    public override string ToString() => $"{GetType().Name} of {Offsets.Length} columns";

    void IJsonOnDeserialized.OnDeserialized()
    {
        if (Offsets.IsDefaultOrEmpty || Scales.IsDefault || Offsets.Length != Scales.Length
            || !Offsets.All(double.IsFinite) || !Scales.All(scale => scale > 0 && double.IsFinite(scale)))
        {
            throw new InvalidDataException($"{GetType().Name}: expected as many finite offsets as positive scales, at least one.");
        }
    }

    private protected override int? Width => Offsets.Length;

    private protected override Tensor Forward(Tensor rows)
    {
        using var scope = NewDisposeScope();
        return rows.to(float64).sub(Row(Offsets, rows)).div_(Row(Scales, rows)).to(float32).MoveToOuterDisposeScope();
    }

    private protected override Tensor Backward(Tensor scaled)
    {
        using var scope = NewDisposeScope();
        return scaled.to(float64).mul(Row(Scales, scaled)).add_(Row(Offsets, scaled)).to(float32).MoveToOuterDisposeScope();
    }

    /// <summary>Replaces scales of 0 by 1, so that a constant column becomes one of zeros.</summary>
    private protected static ImmutableArray<double> OneForConstant(Tensor scales, Tensor range) => Numbers(where(range.gt(0), scales, 1.0));

    private protected static ImmutableArray<double> Numbers(Tensor row) => [.. row.to(float64).cpu().data<double>()];

    private static Tensor Row(ImmutableArray<double> values, Tensor like) => tensor(values.AsSpan().ToArray(), dtype: float64, device: like.device);
}
