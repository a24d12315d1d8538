using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace DeepClustering.Data;

/// <summary>Data sets in the format of MNIST: a file of images, and one of labels beside it.</summary>
public static class IdxSource
{
    /// <summary>Reads images and, where there is a file of them, labels.</summary>
    /// <param name="name">What the set is called.</param>
    /// <param name="imagesPath">The IDX file of the images, gzipped or not.</param>
    /// <param name="labelsPath">The IDX file of the labels, gzipped or not; null for a set without labels.</param>
    /// <param name="classes">The classes 0..C − 1 by name, if labels must be of them; null takes the labels that occur, whatever they are.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, the counts differ, or a label is out of range; the message names the file.</exception>
    public static Dataset Read(string name, string imagesPath, string? labelsPath, ImmutableArray<string>? classes = null)
    {
        var (rows, columns, pixels) = IdxFile.ReadImages(imagesPath);
        var shape = new ImageShape(1, rows, columns);
        byte[]? labels = labelsPath is null ? null : IdxFile.ReadLabels(labelsPath);
        if (LabelFault(pixels.Length / shape.Size, labels, classes) is { } fault)
        {
            throw new InvalidDataException($"'{labelsPath}' does not fit '{imagesPath}': {fault}");
        }
        return Dataset.FromBytes(name, shape, ImmutableCollectionsMarshal.AsImmutableArray(pixels), labels is null ? null : Classes(labels, classes));
    }

    private static ClassLabels Classes(byte[] labels, ImmutableArray<string>? classes) =>
        classes is { } names ? new([.. labels.Select(label => (int)label)], names) : ClassLabels.Of(labels);

    private static string? LabelFault(int images, byte[]? labels, ImmutableArray<string>? classes)
    {
        if (labels is null)
        {
            return null;
        }
        if (labels.Length != images)
        {
            return $"{labels.Length} labels for {images} images.";
        }
        int index = classes is { } names ? labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(names.Length - 1)) : -1;
        return index < 0 ? null : $"label {index} is {labels[index]}; expected 0..{classes!.Value.Length - 1}.";
    }
}
