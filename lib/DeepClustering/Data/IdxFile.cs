using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DeepClustering.Data;

/// <summary>Reads IDX files, the format of MNIST: a magic number, the dimensions, then the bytes, all big-endian.</summary>
/// <remarks>
/// Gzip is recognised by its first two bytes, not by the file's name; a gzip file has a single member.
/// Memory is taken as content arrives, never on the word of a header.
/// </remarks>
public static class IdxFile
{
    private const int ImagesMagic = 2051;
    private const int LabelsMagic = 2049;
    private const int FirstBufferBytes = 1 << 16;

    /// <summary>The largest uncompressed file that is read, in bytes: 1 GiB, 20 times MNIST.</summary>
    public const int MaxBytes = 1 << 30;

    /// <summary>Reads a file of images (magic 2051).</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <returns>Height and width of an image, and the pixels 0..255 of all images, row by row; the array is the caller's.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no whole IDX file of images; the message names it and says why.</exception>
    public static (int Rows, int Columns, byte[] Pixels) ReadImages(string path)
    {
        var (dimensions, pixels) = Read(path, "images", ImagesMagic, dimensionCount: 3);
        return (dimensions[1], dimensions[2], pixels);
    }

    /// <summary>Reads a file of labels (magic 2049).</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <returns>A byte per label; the array is the caller's.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no whole IDX file of labels; the message names it and says why.</exception>
    public static byte[] ReadLabels(string path) => Read(path, "labels", LabelsMagic, dimensionCount: 1).Payload;

    /// <summary>SHA-256 of what a file holds, uncompressed if it is gzipped, as lower-case hex.</summary>
    /// <exception cref="InvalidDataException">The file is empty or no whole gzip file.</exception>
    internal static string ContentDigest(string path)
    {
        using var content = OpenContent(path, out long contentLength);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[FirstBufferBytes];
        long length = 0;
        for (int read = -1; read != 0 && length <= contentLength; length += read)
        {
            read = ReadUpTo(content, buffer, path);
            hash.AppendData(buffer, 0, read);
        }
        return length == contentLength
            ? Convert.ToHexStringLower(hash.GetHashAndReset())
            : throw Fault(path, $"holds other than the {contentLength} bytes that its end claims: it is cut short, or bytes follow the data");
    }

    private static (int[] Dimensions, byte[] Payload) Read(string path, string what, int magic, int dimensionCount)
    {
        using var content = OpenContent(path, out long contentLength);
        byte[] header = new byte[4 * (1 + dimensionCount)];
        int headerRead = ReadUpTo(content, header, path);
        if (headerRead >= 4)
        {
            CheckMagic(path, what, magic, BinaryPrimitives.ReadInt32BigEndian(header));
        }
        if (headerRead < header.Length)
        {
            throw Fault(path, $"ends after {headerRead} bytes, within the header of {header.Length}");
        }
        int[] dimensions = [.. Enumerable.Range(1, dimensionCount).Select(i => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i)))];
        int payloadLength = PayloadLength(path, dimensions, header.Length, contentLength, content is GZipStream);
        return (dimensions, ReadPayload(content, payloadLength, path));
    }

    /// <summary>A stream of what a file holds, uncompressed if it is gzipped, and the length that it ought to have.</summary>
    private static Stream OpenContent(string path, out long contentLength)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{Path.GetFullPath(path)}'.", path);
        }
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length == 0)
        {
            file.Dispose();
            throw Fault(path, "is empty; expected an IDX file");
        }
        bool zipped = IsGzip(file);
        contentLength = zipped ? LengthInGzipTrailer(file) : file.Length;
        return zipped ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static bool IsGzip(FileStream file)
    {
        bool zipped = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return zipped;
    }

    /// <summary>ISIZE, the last four bytes (RFC 1952). GZipStream itself accepts a file that is cut short or has bytes after its end.</summary>
    private static long LengthInGzipTrailer(FileStream file)
    {
        Span<byte> trailer = stackalloc byte[4];
        file.Position = Math.Max(0, file.Length - trailer.Length);
        file.ReadAtLeast(trailer, trailer.Length, throwOnEndOfStream: false);
        file.Position = 0;
        return BinaryPrimitives.ReadUInt32LittleEndian(trailer);
    }

    private static void CheckMagic(string path, string what, int expected, int found)
    {
        if (found == expected)
        {
            return;
        }
        string meaning = found switch
        {
            ImagesMagic => " (images)",
            LabelsMagic => " (labels)",
            _ => "",
        };
        throw Fault(path, $"starts with the magic number {found}{meaning}; expected {expected} for {what}, or a gzip file of that");
    }

    private static int PayloadLength(string path, int[] dimensions, int headerLength, long contentLength, bool zipped)
    {
        string claim = string.Join(" × ", dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)));
        if (dimensions.Any(d => d < 1))
        {
            throw Fault(path, $"claims {claim} bytes; every dimension must lie between 1 and {int.MaxValue}");
        }
        var payload = dimensions.Aggregate((Int128)1, (product, d) => product * d);   // three 31-bit factors fit in 93 bits
        if (payload > MaxBytes)
        {
            throw Fault(path, $"claims {claim} bytes; at most {MaxBytes} are read");
        }
        if (payload + headerLength != contentLength)
        {
            string source = zipped ? "its last bytes, the length in a gzip file, say" : "the file has";
            string trouble = payload + headerLength > contentLength ? "it is cut short" : "bytes follow the data";
            throw Fault(path, $"claims {claim} bytes after a header of {headerLength}, but {source} {contentLength} in all: {trouble} or damaged");
        }
        return (int)payload;
    }

    private static byte[] ReadPayload(Stream content, int length, string path)
    {
        byte[] payload = new byte[Math.Min(length, FirstBufferBytes)];
        int filled = ReadUpTo(content, payload, path);
        while (filled == payload.Length && filled < length)
        {
            Array.Resize(ref payload, (int)Math.Min(length, 2L * filled));
            filled += ReadUpTo(content, payload.AsSpan(filled), path);
        }
        if (filled < length)
        {
            throw Fault(path, $"is cut short: {filled} of {length} bytes after the header");
        }
        // Reading on to the end is also what makes GZipStream check the CRC.
        return ReadUpTo(content, stackalloc byte[1], path) == 0
            ? payload
            : throw Fault(path, $"goes on after the {length} bytes that its header claims");
    }

    private static int ReadUpTo(Stream content, Span<byte> buffer, string path)
    {
        try
        {
            return content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{path}' is a damaged gzip file: {e.Message}", e);
        }
    }

    private static InvalidDataException Fault(string path, string message) => new($"'{path}' {message}.");
}
