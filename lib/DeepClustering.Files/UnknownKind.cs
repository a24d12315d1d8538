using System.Buffers;

namespace DeepClustering.Files;

/// <summary>Tells what a file is that cannot be read, so that the error can say what to do with it.</summary>
internal static class UnknownKind
{
    private const string Instead = "expected a table as text (CSV), or an .npy array";

    private static readonly SearchValues<byte> _notInText = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Select(code => (byte)code).Except("\t\n\v\f\r\u001b"u8.ToArray())]);

    /// <summary>What the beginning of a file is that of, and what was expected; null where it may be a table as text.</summary>
    /// <param name="start">The first bytes, unzipped.</param>
    public static string? Of(ReadOnlySpan<byte> start) => start switch
    {
        [(byte)'P', (byte)'K', 3, 4, ..] => $"a zip file (.xlsx, .npz or the like); {Instead}",
        [(byte)'P', (byte)'A', (byte)'R', (byte)'1', ..] => $"a Parquet file; {Instead}",
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => $"an HDF5 file; {Instead}",
        [0xd0, 0xcf, 0x11, 0xe0, ..] => $"a file of an older Excel (.xls) or the like; {Instead}",
        [0x1f, 0x8b, ..] => "gzipped twice; unzip it once",
        [(byte)'B', (byte)'Z', (byte)'h', ..] => "compressed by bzip2, which is not read; unpack it, or use gzip",
        [0xfd, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', ..] => "compressed by xz, which is not read; unpack it, or use gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "compressed by zstd, which is not read; unpack it, or use gzip",
        [(byte)'7', (byte)'z', 0xbc, 0xaf, ..] => "a 7-Zip archive; unpack it",
        [0x80, >= 2 and <= 5, ..] => $"a Python pickle, which is not read (it could run any code); {Instead}",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] or [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] =>
            "an image in a format that is not read (GIF or TIFF); expected PNG, JPEG, BMP or WebP",
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => $"a PDF; {Instead}",
        [(byte)'{', ..] => $"JSON, as it seems; {Instead}",
        [(byte)'<', ..] => $"HTML or XML, as it seems; {Instead}",
        _ when start.StartsWith("SQLite format 3"u8) => $"a SQLite database; {Instead}",
        _ when start.StartsWith("MATLAB 5"u8) => $"a MATLAB file; {Instead}",
        [0xff, 0xfe, ..] or [0xfe, 0xff, ..] or [0, 0, 0xfe, 0xff, ..] => null,   // text in UTF-16 or UTF-32
        _ when start.ContainsAny(_notInText) => "no text, and none of the formats that are known: CSV, .npy, IDX, or a folder of images",
        _ => null,
    };
}
