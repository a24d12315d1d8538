using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using DeepClustering.Data;
using static TorchSharp.torch;

namespace DeepClustering.Files;

/// <summary>Arrays and tensors that are in memory already.</summary>
public static class ArraySource
{
    /// <summary>An array with one row per observation: bytes stay bytes, other numbers become float32.</summary>
    /// <param name="name">What the set is called.</param>
    /// <param name="rows">(N, D); it is copied.</param>
    /// <param name="columns">D names; null is 1, 2, 3 ….</param>
    /// <param name="labels">The classes of the N rows, if they are known.</param>
    /// <exception cref="ArgumentException">There are no rows, a number is not finite or beyond float32's range, or there are more or fewer names than columns.</exception>
    public static Dataset Of<T>(string name, T[,] rows, IReadOnlyList<string>? columns = null, ClassLabels? labels = null) where T : INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(rows);
        columns ??= Numbered(rows.GetLength(1));
        if (columns.Count != rows.GetLength(1))
        {
            throw new ArgumentException($"expected {rows.GetLength(1)} names of columns, found {columns.Count}.", nameof(columns));
        }
        if (rows is byte[,] bytes)
        {
            return Dataset.FromBytes(name, columns, [.. bytes.Cast<byte>()], labels);
        }
        var (floats, lost) = SinglePrecision.Of(rows.Cast<T>().Select(double.CreateSaturating), columns);
        return Dataset.FromFloats(name, columns, floats, labels).HavingLost(lost);
    }

    /// <summary>A tensor of rows (N, D), of grey images (N, H, W), or of images of any channels (N, C, H, W): uint8 stays bytes, other numbers become float32.</summary>
    /// <param name="name">What the set is called.</param>
    /// <param name="values">It is copied, and stays the caller's.</param>
    /// <param name="labels">The classes of the N rows, if they are known.</param>
    /// <exception cref="ArgumentException">The tensor has another number of dimensions or no rows, or a number is not finite or beyond float32's range.</exception>
    public static Dataset Of(string name, Tensor values, ClassLabels? labels = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.dim() is < 2 or > 4 || values.numel() == 0 || values.is_complex())
        {
            throw new ArgumentException($"expected numbers (N, D), (N, H, W) or (N, C, H, W), found {values.dtype} of ({string.Join(", ", values.shape)}).", nameof(values));
        }
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        int[] sides = [.. values.shape.Select(side => checked((int)side))];
        var shape = sides.Length == 2 ? null : new ImageShape(sides.Length == 4 ? sides[1] : 1, sides[^2], sides[^1]);
        if (values.dtype == ScalarType.Byte)
        {
            var bytes = Copy<byte>(values);
            return shape is null ? Dataset.FromBytes(name, Numbered(sides[1]), bytes, labels) : Dataset.FromBytes(name, shape, bytes, labels);
        }
        string[] columns = Numbered((int)(values.numel() / sides[0]));
        var (floats, lost) = values.dtype is ScalarType.Float64 or ScalarType.Int64 or ScalarType.Int32
            ? SinglePrecision.Of(Copy<double>(values.to(float64)), columns)
            : (Copy<float>(values.to(float32)), null);
        return (shape is null ? Dataset.FromFloats(name, columns, floats, labels) : Dataset.FromFloats(name, shape, floats, labels)).HavingLost(lost);
    }

    private static ImmutableArray<T> Copy<T>(Tensor values) where T : unmanaged =>
        ImmutableCollectionsMarshal.AsImmutableArray(values.cpu().contiguous().data<T>().ToArray());

    private static string[] Numbered(int count) => [.. Enumerable.Range(1, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];
}
