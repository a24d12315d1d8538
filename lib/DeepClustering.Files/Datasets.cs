using DeepClustering.Data;
using DeepClustering.Storage;

namespace DeepClustering.Files;

/// <summary>Opens data of any supported kind: a table, an array, IDX files, or a folder of images.</summary>
/// <remarks>To add a kind of data, write a source and add a line to <see cref="Open"/>.</remarks>
public static class Datasets
{
    /// <summary>Reads a file or folder; a file's kind is recognised by its first bytes, not by its name.</summary>
    /// <param name="path">A table (CSV, TSV …), an .npy array or an IDX file, gzipped or not; a folder of images, or one with IDX files; an image is a set of one row.</param>
    /// <param name="options">How it is to be read.</param>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, of no known kind, or does not fit into memory; the message says what was found.</exception>
    public static Dataset Open(string path, DataOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new();
        if (Present.Folder(path))
        {
            return IdxFolder.ImageFiles(path).Count > 0 ? IdxFolder.Read(path, options) : ImageFolderSource.Read(path, options);
        }
        byte[] start = Content.Beginning(path, 512);
        return start switch
        {
            [] => throw new InvalidDataException($"'{path}' is empty; expected a table, an array or images."),
            [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => NpySource.Read(path, options),
            _ when IsImage(start) => ImageFolderSource.ReadFile(path, options),
            [0, 0, 8 or 9 or (>= 11 and <= 14), >= 1 and <= 9, ..] => IdxFolder.ReadFile(path, options),
            _ => UnknownKind.Of(start) is { } kind ? throw new InvalidDataException($"'{path}' is {kind}.") : TableSource.Read(path, options),
        };
    }

    /// <summary>Whether bytes are the beginning of a PNG, JPEG, WebP or BMP file.</summary>
    private static bool IsImage(ReadOnlySpan<byte> start) =>
        start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G'])
        || start.StartsWith((ReadOnlySpan<byte>)[0xff, 0xd8, 0xff])
        || (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8))
        || (start.StartsWith("BM"u8) && start.Length >= 8 && start[6] == 0 && start[7] == 0);
}
