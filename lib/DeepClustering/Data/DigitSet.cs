using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TorchSharp;

namespace DeepClustering.Data;

/// <summary>N grey images of one size with their labels. Immutable.</summary>
public sealed class DigitSet
{
    /// <summary>The number of classes: labels are 0..9.</summary>
    public const int Classes = 10;

    private readonly ImmutableArray<byte> _pixels;
    private readonly Lazy<string> _digest;

    /// <summary>A set from its pixels and labels.</summary>
    /// <param name="name">What the set is called in titles and records.</param>
    /// <param name="rows">Height of an image, at least 1.</param>
    /// <param name="columns">Width of an image, at least 1.</param>
    /// <param name="pixels">N · rows · columns grey levels 0..255, image by image and row by row.</param>
    /// <param name="labels">N labels 0..9, N at least 1.</param>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a label is out of range.</exception>
    public DigitSet(string name, int rows, int columns, ImmutableArray<byte> pixels, ImmutableArray<int> labels)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        if (pixels.IsDefaultOrEmpty || pixels.Length % ((long)rows * columns) != 0)
        {
            throw new ArgumentException($"{(pixels.IsDefault ? 0 : pixels.Length)} pixels are no whole images of {rows} × {columns}.", nameof(pixels));
        }
        if (LabelFault(pixels.Length / (rows * columns), labels.IsDefault ? [] : labels) is { } fault)
        {
            throw new ArgumentException(fault, nameof(labels));
        }
        (Name, Rows, Columns, _pixels, Labels) = (name, rows, columns, pixels, labels);
        _digest = new(ComputeDigest);
    }

    /// <summary>What the set is called, for example "MNIST 70,000".</summary>
    public string Name { get; }

    /// <summary>Height of an image in pixels.</summary>
    public int Rows { get; }

    /// <summary>Width of an image in pixels.</summary>
    public int Columns { get; }

    /// <summary>Pixels of an image, Rows · Columns.</summary>
    public int PixelCount => Rows * Columns;

    /// <summary>The number of images, N.</summary>
    public int Count => Labels.Count;

    /// <summary>The class 0..9 of every image.</summary>
    public IReadOnlyList<int> Labels { get; }

    /// <summary>What the data are, whatever they are called: SHA-256 of all pixels followed by a byte per label, as lower-case hex.</summary>
    public string Digest => _digest.Value;

    /// <summary>Reads a pair of IDX files.</summary>
    /// <param name="name">What the set is called.</param>
    /// <param name="imagesPath">The IDX file of the images, gzipped or not.</param>
    /// <param name="labelsPath">The IDX file of the labels, gzipped or not.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, the counts differ, or a label is not in 0..9; the message names the file.</exception>
    public static DigitSet Read(string name, string imagesPath, string labelsPath)
    {
        var (rows, columns, pixels) = IdxFile.ReadImages(imagesPath);
        ImmutableArray<int> labels = [.. IdxFile.ReadLabels(labelsPath).Select(label => (int)label)];
        return LabelFault(pixels.Length / (rows * columns), labels) is { } fault
            ? throw new InvalidDataException($"'{labelsPath}' does not fit '{imagesPath}': {fault}")
            : new DigitSet(name, rows, columns, ImmutableCollectionsMarshal.AsImmutableArray(pixels), labels);
    }

    /// <summary>One set after the other under a new name.</summary>
    /// <exception cref="ArgumentException">The images differ in size.</exception>
    public static DigitSet Concat(string name, DigitSet first, DigitSet second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return (first.Rows, first.Columns) == (second.Rows, second.Columns)
            ? new DigitSet(name, first.Rows, first.Columns, [.. first._pixels, .. second._pixels], [.. first.Labels, .. second.Labels])
            : throw new ArgumentException(
                $"'{second.Name}' has images of {second.Rows} × {second.Columns}, '{first.Name}' of {first.Rows} × {first.Columns}.", nameof(second));
    }

    /// <summary>The grey levels 0..255 of one image, row by row.</summary>
    /// <param name="index">Which image, 0..<see cref="Count"/> − 1.</param>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return _pixels.AsSpan(index * PixelCount, PixelCount);
    }

    /// <summary>The first <paramref name="count"/> images, 1..<see cref="Count"/>.</summary>
    public DigitSet Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Count);
        return count == Count
            ? this
            : new DigitSet(string.Create(CultureInfo.InvariantCulture, $"{Name}, first {count:N0}"),
                Rows, Columns, _pixels[..(count * PixelCount)], [.. Labels.Take(count)]);
    }

    /// <summary>Splits off every n-th image, for tests on images that training did not see.</summary>
    /// <param name="every">n, 2..<see cref="Count"/>: image n − 1 is the first to be held out.</param>
    /// <returns>The other images, and those held out; both in their order.</returns>
    public (DigitSet Kept, DigitSet HeldOut) HoldOut(int every)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(every, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(every, Count);
        var parts = Enumerable.Range(0, Count).ToLookup(index => (index + 1) % every == 0);
        return (Pick(every - 1, [.. parts[false]]), Pick(1, [.. parts[true]]));

        DigitSet Pick(int share, int[] indices) => new(
            string.Create(CultureInfo.InvariantCulture, $"{Name}, {share} of {every}"), Rows, Columns,
            [.. indices.SelectMany(index => Image(index).ToArray())], [.. indices.Select(index => Labels[index])]);
    }

    /// <summary>The same images under another name.</summary>
    internal DigitSet Named(string name) => new(name, Rows, Columns, _pixels, [.. Labels]);

    /// <summary>All pixels as a tensor (N, PixelCount), uint8, on the CPU: a copy, which the caller disposes.</summary>
    public torch.Tensor ToTensor() =>
        torch.tensor(ImmutableCollectionsMarshal.AsArray(_pixels)!, [Count, PixelCount], dtype: torch.uint8);

    /// <summary>Name, count and size of the images.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Name}: {Count:N0} images of {Rows} × {Columns}");

    private static string? LabelFault(int imageCount, ImmutableArray<int> labels)
    {
        if (labels.Length != imageCount)
        {
            return $"{labels.Length} labels for {imageCount} images.";
        }
        int index = labels.AsSpan().IndexOfAnyExceptInRange(0, Classes - 1);
        return index < 0 ? null : $"label {index} is {labels[index]}; expected 0..{Classes - 1}.";
    }

    private string ComputeDigest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_pixels.AsSpan());
        hash.AppendData([.. Labels.Select(label => (byte)label)]);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
