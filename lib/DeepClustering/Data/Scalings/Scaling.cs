using System.Globalization;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace DeepClustering.Data;

/// <summary>Converts the values of a data set to model units and back. Immutable; fitted to the training part and saved with the run.</summary>
/// <remarks>To add a scaling, write a type, and add a line here, which lets records name it, and one in <see cref="Fit(ScalingKind, Tensor)"/>.</remarks>
[JsonDerivedType(typeof(NoScaling), nameof(ScalingKind.None))]
[JsonDerivedType(typeof(ByteScaling), nameof(ScalingKind.Bytes))]
[JsonDerivedType(typeof(StandardScaling), nameof(ScalingKind.Standardised))]
[JsonDerivedType(typeof(MinMaxScaling), nameof(ScalingKind.MinMax))]
[JsonDerivedType(typeof(LogScaling), nameof(ScalingKind.Log1p))]
public abstract record Scaling
{
    /// <summary>Bytes / 255, which needs no fitting.</summary>
    public static Scaling Bytes { get; } = new ByteScaling();

    /// <summary>Values as they are.</summary>
    public static Scaling None { get; } = new NoScaling();

    /// <summary>Fits a scaling to the rows that a model is trained on.</summary>
    /// <param name="kind">The kind of scaling.</param>
    /// <param name="training">The rows to fit it to.</param>
    /// <exception cref="ArgumentException">The values do not suit the kind: not bytes, or negative where a logarithm is taken.</exception>
    public static Scaling Fit(ScalingKind kind, Dataset training)
    {
        ArgumentNullException.ThrowIfNull(training);
        using var rows = training.ToTensor();
        return Fit(kind, rows);
    }

    /// <inheritdoc cref="Fit(ScalingKind, Dataset)"/>
    /// <param name="kind">Which.</param>
    /// <param name="training">(N, D) bytes or finite numbers, N at least 1; they stay the caller's.</param>
    public static Scaling Fit(ScalingKind kind, Tensor training)
    {
        ArgumentNullException.ThrowIfNull(training);
        if (training.dim() != 2 || training.numel() == 0)
        {
            throw new ArgumentException($"expected rows (N, D), found ({string.Join(", ", training.shape)}).", nameof(training));
        }
        var fitted = kind switch
        {
            ScalingKind.None => None,
            ScalingKind.Bytes => Bytes,
            ScalingKind.Standardised => StandardScaling.Of(training),
            ScalingKind.MinMax => MinMaxScaling.Of(training, together: false),
            ScalingKind.CommonRange => MinMaxScaling.Of(training, together: true),
            ScalingKind.Log1p => new LogScaling(),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Expected one of the kinds of scaling that are named."),
        };
        fitted.Require(training, nameof(training));
        return fitted;
    }

    /// <summary>The scaling of data of which nothing more is known, fitted to them.</summary>
    /// <param name="training">The rows.</param>
    /// <returns>
    /// Bytes / 255 for bytes. For numbers, each column to mean 0 and standard deviation 1, unless the columns have one unit: at least half of those
    /// that are not constant reach from 0 to the greatest of all values, and none is negative, as pixels, answers, shares and marks do. These are brought
    /// to [0, 1] together, because a column that hardly varies says as little as it seems to.
    /// </returns>
    public static Scaling SuitedTo(Dataset training)
    {
        ArgumentNullException.ThrowIfNull(training);
        using var rows = training.ToTensor();
        return Fit(training.IsBytes ? ScalingKind.Bytes : HaveOneUnit(rows) ? ScalingKind.CommonRange : ScalingKind.Standardised, rows);
    }

    /// <summary>Converts rows to model units.</summary>
    /// <param name="rows">(B, D) values as the data set has them, bytes or numbers; they stay the caller's.</param>
    /// <returns>(B, D), float32, on the device of the rows; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The rows are of another width or kind than what it was fitted to.</exception>
    public Tensor Apply(Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        Require(rows, nameof(rows));
        return Forward(rows);
    }

    /// <summary>Converts rows back to the units of the data: the inverse of <see cref="Apply"/>, apart from rounding.</summary>
    /// <param name="scaled">(B, D) as a model sees or makes them; they stay the caller's.</param>
    /// <returns>(B, D), float32, on the device of the rows; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The rows are of another width than what it was fitted to.</exception>
    public Tensor Invert(Tensor scaled)
    {
        ArgumentNullException.ThrowIfNull(scaled);
        RequireWidth(scaled, nameof(scaled));
        return Backward(scaled);
    }

    /// <summary>The number of columns that the scaling was fitted to, D; null fits any.</summary>
    private protected virtual int? Width => null;

    private protected abstract Tensor Forward(Tensor rows);

    private protected abstract Tensor Backward(Tensor scaled);

    /// <summary>Throws <see cref="ArgumentException"/> unless the rows are of the kind that it takes.</summary>
    private protected virtual void Require(Tensor rows, string argument) => RequireWidth(rows, argument);

    private static bool HaveOneUnit(Tensor rows)
    {
        using var scope = NewDisposeScope();
        Tensor least = rows.amin([0]), most = rows.amax([0]);
        var varied = most.gt(least);
        double whole = (least.eq(0) & most.eq(most.max()) & varied).sum().item<long>(), all = varied.sum().item<long>();
        return least.min().to(float64).item<double>() == 0 && all > 1 && whole >= all / 2;
    }

    private void RequireWidth(Tensor rows, string argument)
    {
        if (rows.dim() != 2 || Width is { } width && rows.shape[1] != width)
        {
            string expected = Width is { } columns ? columns.ToString(CultureInfo.InvariantCulture) : "D";
            throw new ArgumentException($"expected rows (B, {expected}), found ({string.Join(", ", rows.shape)}).", argument);
        }
    }
}
