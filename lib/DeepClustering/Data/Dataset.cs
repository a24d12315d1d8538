using System.Collections.Immutable;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using TorchSharp;

namespace DeepClustering.Data;

/// <summary>N observations of D values each: images, or rows of a table. Immutable.</summary>
/// <remarks>Values are bytes, or finite float32 numbers, as they were read; a run's <see cref="Scaling"/> converts them to model units.</remarks>
public sealed class Dataset
{
    // One of the two is filled.
    private readonly ImmutableArray<byte> _bytes = [];
    private readonly ImmutableArray<float> _floats = [];
    private readonly ClassLabels? _labels;
    private readonly Description _about;
    private readonly Lazy<string> _digest;

    private Dataset(string name, int inputSize, ImmutableArray<byte> bytes, ImmutableArray<float> floats, Description about)
    {
        (Name, InputSize, _bytes, _floats, _labels, _about) = (name, inputSize, bytes, floats, about.Labels, about);
        (Shape, Columns, RowNames) = (about.Shape, [.. about.Columns], about.RowNames is { } names ? [.. names] : null);
        Count = (bytes.Length + floats.Length) / inputSize;
        _digest = new(ComputeDigest);
    }

    /// <summary>What the set is called, for example "MNIST 70,000".</summary>
    public string Name { get; }

    /// <summary>The number of rows, N.</summary>
    public int Count { get; }

    /// <summary>The number of values in a row, D.</summary>
    public int InputSize { get; }

    /// <summary>C × H × W where the rows are images, with C · H · W = D; null where they are vectors.</summary>
    public ImageShape? Shape { get; }

    /// <summary>Whether the values are bytes; otherwise they are float32.</summary>
    public bool IsBytes => !_bytes.IsEmpty;

    /// <summary>The names of the D values of a row; empty for images.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The class of every row, an index 0..C − 1 into <see cref="ClassNames"/>; null where the set has no labels.</summary>
    public IReadOnlyList<int>? Labels => _labels?.Indices;

    /// <summary>The names of the C classes; empty if the set has no labels.</summary>
    public IReadOnlyList<string> ClassNames => _labels?.Names ?? [];

    /// <summary>The names of the rows (ids, file names); null if they have none.</summary>
    public IReadOnlyList<string>? RowNames { get; }

    /// <summary>SHA-256 of all values and labels, whatever the set is called, as lower-case hex.</summary>
    /// <remarks>For bytes whose classes are numbers 0..255: of the values, then one byte per label. Otherwise the kind and the shape come first.</remarks>
    public string Digest => _digest.Value;

    /// <summary>Images of bytes.</summary>
    /// <param name="name">What the set is called in titles and records.</param>
    /// <param name="shape">C × H × W.</param>
    /// <param name="pixels">N · C · H · W levels 0..255, image by image, plane by plane, row by row; N at least 1.</param>
    /// <param name="labels">The classes of the N images, if they are known.</param>
    /// <param name="rowNames">N names, if there are any.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public static Dataset FromBytes(
        string name, ImageShape shape, ImmutableArray<byte> pixels, ClassLabels? labels = null, IReadOnlyList<string>? rowNames = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Create(name, shape.Size, pixels, [], new(labels, shape, [], rowNames), nameof(pixels));
    }

    /// <summary>Vectors of bytes.</summary>
    /// <param name="name">What the set is called in titles and records.</param>
    /// <param name="columns">The names of the D values of a row; D at least 1.</param>
    /// <param name="values">N · D bytes, row by row; N at least 1.</param>
    /// <param name="labels">The classes of the N rows, if they are known.</param>
    /// <param name="rowNames">N names, if there are any.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other.</exception>
    public static Dataset FromBytes(
        string name, IReadOnlyList<string> columns, ImmutableArray<byte> values, ClassLabels? labels = null, IReadOnlyList<string>? rowNames = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return Create(name, columns.Count, values, [], new(labels, null, columns, rowNames), nameof(values));
    }

    /// <summary>Images of numbers.</summary>
    /// <param name="name">What the set is called in titles and records.</param>
    /// <param name="shape">C × H × W.</param>
    /// <param name="pixels">N · C · H · W finite numbers, image by image, plane by plane, row by row; N at least 1.</param>
    /// <param name="labels">The classes of the N images, if they are known.</param>
    /// <param name="rowNames">N names, if there are any.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a number is not finite.</exception>
    public static Dataset FromFloats(
        string name, ImageShape shape, ImmutableArray<float> pixels, ClassLabels? labels = null, IReadOnlyList<string>? rowNames = null)
    {
        ArgumentNullException.ThrowIfNull(shape);
        return Create(name, shape.Size, [], pixels, new(labels, shape, [], rowNames), nameof(pixels));
    }

    /// <summary>Vectors of numbers: the rows of a table.</summary>
    /// <param name="name">What the set is called in titles and records.</param>
    /// <param name="columns">The names of the D values of a row; D at least 1.</param>
    /// <param name="values">N · D finite numbers, row by row; N at least 1.</param>
    /// <param name="labels">The classes of the N rows, if they are known.</param>
    /// <param name="rowNames">N names, if there are any.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a number is not finite.</exception>
    public static Dataset FromFloats(
        string name, IReadOnlyList<string> columns, ImmutableArray<float> values, ClassLabels? labels = null, IReadOnlyList<string>? rowNames = null)
    {
        ArgumentNullException.ThrowIfNull(columns);
        return Create(name, columns.Count, [], values, new(labels, null, columns, rowNames), nameof(values));
    }

    /// <summary>Concatenates two sets under a new name; the classes are those of either.</summary>
    /// <returns>The rows of both; they have names if both sets' rows have.</returns>
    /// <exception cref="ArgumentException">The rows differ in shape, columns or kind, or one set has labels and the other none.</exception>
    public static Dataset Concat(string name, Dataset first, Dataset second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Shape != second.Shape || first.InputSize != second.InputSize || first.IsBytes != second.IsBytes || !first.Columns.SequenceEqual(second.Columns))
        {
            throw new ArgumentException($"'{second.Name}' has {second.Rows}, '{first.Name}' {first.Rows}, or their columns differ.", nameof(second));
        }
        if (first._labels is null != second._labels is null)
        {
            throw new ArgumentException($"Of '{first.Name}' and '{second.Name}' only one has labels.", nameof(second));
        }
        var labels = first._labels is null ? null : ClassLabels.Concat(first._labels, second._labels!);
        IReadOnlyList<string>? rowNames = first.RowNames is { } some && second.RowNames is { } more ? [.. some, .. more] : null;
        return Create(name, first.InputSize, [.. first._bytes, .. second._bytes], [.. first._floats, .. second._floats],
            first._about with { Labels = labels, RowNames = rowNames, Lost = first.Lost ?? second.Lost }, nameof(second));
    }

    /// <summary>The D bytes of one row.</summary>
    /// <param name="index">Which row, 0..<see cref="Count"/> − 1.</param>
    /// <exception cref="InvalidOperationException">The values are no bytes.</exception>
    public ReadOnlySpan<byte> Bytes(int index) => IsBytes
        ? _bytes.AsSpan(Start(index), InputSize)
        : throw new InvalidOperationException($"'{Name}' holds numbers, no bytes.");

    /// <summary>The D values of one row as numbers, bytes as 0..255.</summary>
    /// <param name="index">Which row, 0..<see cref="Count"/> − 1.</param>
    /// <returns>A copy.</returns>
    public float[] Row(int index)
    {
        int start = Start(index);
        float[] row = new float[InputSize];
        if (IsBytes)
        {
            TensorPrimitives.ConvertChecked<byte, float>(_bytes.AsSpan(start, InputSize), row);
        }
        else
        {
            _floats.CopyTo(start, row, 0, InputSize);
        }
        return row;
    }

    /// <summary>The first <paramref name="count"/> rows, 1..<see cref="Count"/>.</summary>
    public Dataset Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return count == Count ? this : Select(string.Create(CultureInfo.InvariantCulture, $"{Name}, first {count:N0}"), [.. Enumerable.Range(0, count)]);
    }

    /// <summary>Splits off every n-th row, for tests on rows that training did not see.</summary>
    /// <param name="every">n, 2..<see cref="Count"/>: row n − 1 is the first to be held out.</param>
    /// <returns>The other rows, and those held out; both in their order.</returns>
    public (Dataset Kept, Dataset HeldOut) HoldOut(int every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(every, Count);
        var parts = Enumerable.Range(0, Count).ToLookup(index => (index + 1) % every == 0);
        string Share(int share) => string.Create(CultureInfo.InvariantCulture, $"{Name}, {share} of {every}");
        return (Select(Share(every - 1), [.. parts[false]]), Select(Share(1), [.. parts[true]]));
    }

    /// <summary>Selects rows, in the given order and with repetitions if given; all classes stay.</summary>
    /// <param name="name">The name of the new set.</param>
    /// <param name="rows">Indices 0..<see cref="Count"/> − 1, at least one.</param>
    public Dataset Select(string name, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        foreach (int row in rows)
        {
            Start(row);
        }
        var about = _about with { Labels = _labels?.Select(rows), RowNames = RowNames is null ? null : [.. rows.Select(row => RowNames[row])] };
        return Create(name, InputSize, Pick(_bytes, rows), Pick(_floats, rows), about, nameof(rows));
    }

    /// <summary>The same rows under another name.</summary>
    /// <param name="name">What the set is called.</param>
    public Dataset Named(string name) => Create(name, InputSize, _bytes, _floats, _about, nameof(name));

    /// <summary>The same rows without labels.</summary>
    public Dataset WithoutLabels() => Create(Name, InputSize, _bytes, _floats, _about with { Labels = null }, nameof(Labels));

    /// <summary>What a column lost when its numbers became float32, as the end of a sentence about the set; null: nothing that matters for training.</summary>
    internal string? Lost => _about.Lost;

    /// <summary>The same rows, said to have lost something. New rows for a saved run may: the run knows how far its own rows lay apart.</summary>
    internal Dataset HavingLost(string? what) => what is null ? this : Create(Name, InputSize, _bytes, _floats, _about with { Lost = what }, nameof(what));

    /// <summary>All values as a tensor (N, D), uint8 or float32, on the CPU: a copy, which the caller disposes.</summary>
    public torch.Tensor ToTensor() => IsBytes
        ? torch.tensor(ImmutableCollectionsMarshal.AsArray(_bytes)!, [Count, InputSize], dtype: torch.uint8)
        : torch.tensor(ImmutableCollectionsMarshal.AsArray(_floats)!, [Count, InputSize], dtype: torch.float32);

    /// <summary>Name, count and size of the rows.</summary>
    public override string ToString() => $"{Name}: {Rows}";

    private string Rows => Shape is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Count:N0} rows of {InputSize:N0} {(InputSize == 1 ? "value" : "values")}")
        : string.Create(CultureInfo.InvariantCulture, $"{Count:N0} images of {Shape}");

    private static Dataset Create(
        string name, int inputSize, ImmutableArray<byte> bytes, ImmutableArray<float> floats, Description about, string parameter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(inputSize, 1);
        (bytes, floats) = (bytes.IsDefault ? [] : bytes, floats.IsDefault ? [] : floats);
        int values = bytes.Length + floats.Length;
        if (values == 0 || values % inputSize != 0)
        {
            throw new ArgumentException(
                $"{values} values are no whole {(about.Shape is null ? $"rows of {inputSize} values" : $"images of {about.Shape}")}.", parameter);
        }
        int count = values / inputSize;
        about.Check(count);
        RequireFinite(floats, inputSize, about.Columns, parameter);
        return new Dataset(name, inputSize, bytes, floats, about);
    }

    private static void RequireFinite(ImmutableArray<float> floats, int inputSize, IReadOnlyList<string> columns, string parameter)
    {
        for (int i = 0; i < floats.Length; i++)
        {
            if (!float.IsFinite(floats[i]))
            {
                string column = columns.Count == 0 ? $"{i % inputSize}" : $"'{columns[i % inputSize]}'";
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"row {i / inputSize}, value {column} is {floats[i]}; expected finite numbers."), parameter);
            }
        }
    }

    private ImmutableArray<T> Pick<T>(ImmutableArray<T> values, IReadOnlyList<int> rows)
    {
        if (values.IsEmpty)
        {
            return [];
        }
        var picked = new T[checked(rows.Count * InputSize)];
        for (int i = 0; i < rows.Count; i++)
        {
            values.CopyTo(Start(rows[i]), picked, i * InputSize, InputSize);
        }
        return ImmutableCollectionsMarshal.AsImmutableArray(picked);
    }

    private int Start(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return index * InputSize;
    }

    private string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[]? labels = _labels?.AsBytes();
        if (!IsBytes || labels is null)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(
                string.Create(CultureInfo.InvariantCulture, $"{(IsBytes ? "bytes" : "float32")} {Count} × {InputSize}\n")));
        }
        hash.AppendData(IsBytes ? _bytes.AsSpan() : MemoryMarshal.AsBytes(_floats.AsSpan()));
        hash.AppendData(labels ?? Encoding.UTF8.GetBytes(string.Concat(_labels?.Indices.Select(i => $"{_labels.Names[i]}\0") ?? [])));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>All of a set but its name and its values.</summary>
    private sealed record Description(
        ClassLabels? Labels, ImageShape? Shape, IReadOnlyList<string> Columns, IReadOnlyList<string>? RowNames, string? Lost = null)
    {
        public void Check(int count)
        {
            Require(Labels?.Indices.Count, "labels");
            Require(RowNames?.Count, "rowNames");

            void Require(int? found, string parameter)
            {
                if (found is { } number && number != count)
                {
                    throw new ArgumentException($"{number} {(parameter == "labels" ? "labels" : "names")} for {count} {(Shape is null ? "rows" : "images")}.", parameter);
                }
            }
        }
    }
}
