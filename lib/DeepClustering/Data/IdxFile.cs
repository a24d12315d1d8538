using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using DeepClustering.Storage;

namespace DeepClustering.Data;

/// <summary>Reads IDX files, the format of MNIST: a magic number, the dimensions, then the bytes, all big-endian.</summary>
/// <remarks>
/// Gzip is recognised by its first two bytes, not by the file's name; a gzip file may have several members.
/// Memory is taken as content arrives, never on the word of a header.
/// </remarks>
public static class IdxFile
{
    private const int ImagesMagic = 2051;
    private const int LabelsMagic = 2049;
    private const int FirstBufferBytes = 1 << 16;

    private static readonly Dictionary<int, string> _types = new()
    {
        [8] = "bytes",
        [9] = "signed bytes",
        [11] = "16-bit integers",
        [12] = "32-bit integers",
        [13] = "32-bit floats",
        [14] = "64-bit floats",
    };

    /// <summary>The largest uncompressed file that is read, in bytes: 1 GiB, 20 times MNIST.</summary>
    public const int MaxBytes = 1 << 30;

    /// <summary>Reads a file of images (magic 2051).</summary>
    /// <param name="path">The file, gzipped or not.</param>
    /// <returns>Height and width of an image, and the pixels 0..255 of all images, row by row; the array is the caller's.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
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
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">The file is no whole IDX file of labels; the message names it and says why.</exception>
    public static byte[] ReadLabels(string path) => Read(path, "labels", LabelsMagic, dimensionCount: 1).Payload;

    /// <summary>SHA-256 of what a file holds, uncompressed if it is gzipped, as lower-case hex.</summary>
    /// <exception cref="InvalidDataException">The file is empty, no whole gzip file, or holds more than <see cref="MaxBytes"/>.</exception>
    internal static string ContentDigest(string path)
    {
        using var content = OpenContent(path, out _);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[FirstBufferBytes];
        long length = 0;
        for (int read = -1; read != 0; length += read)
        {
            if (length > MaxBytes)
            {
                throw Fault(path, $"holds more than {MaxBytes} bytes");
            }
            read = content.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            hash.AppendData(buffer, 0, read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static (int[] Dimensions, byte[] Payload) Read(string path, string what, int magic, int dimensionCount)
    {
        try
        {
            return ReadContent(path, what, magic, dimensionCount);
        }
        catch (InvalidDataException)
        {
            GzipContent.RequireWhole(path);
            throw;
        }
    }

    private static (int[] Dimensions, byte[] Payload) ReadContent(string path, string what, int magic, int dimensionCount)
    {
        using var content = OpenContent(path, out long? contentLength);
        byte[] header = new byte[4 * (1 + dimensionCount)];
        int headerRead = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (headerRead >= 4)
        {
            CheckMagic(path, what, magic, BinaryPrimitives.ReadInt32BigEndian(header));
        }
        if (headerRead < header.Length)
        {
            throw Fault(path, $"ends after {headerRead} bytes, within the header of {header.Length}");
        }
        long[] dimensions = [.. Enumerable.Range(1, dimensionCount).Select(i => (long)BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 * i)))];
        int payloadLength = PayloadLength(path, dimensions, header.Length, contentLength);
        return ([.. dimensions.Select(side => (int)side)], ReadPayload(content, payloadLength, Claim(dimensions), path));
    }

    /// <summary>A stream of what a file holds, uncompressed if it is gzipped, and the length of a file that is not.</summary>
    private static Stream OpenContent(string path, out long? contentLength)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Present.File(path))
        {
            throw new FileNotFoundException($"There is no file '{Path.GetFullPath(path)}'.", path);
        }
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (file.Length == 0)
        {
            file.Dispose();
            throw Fault(path, "is empty; expected an IDX file");
        }
        bool zipped = GzipContent.Is(file);
        contentLength = zipped ? null : file.Length;
        return zipped ? new GzipContent(file) : file;
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
            _ when found >> 16 == 0 && _types.GetValueOrDefault(found >> 8) is { } type => $" (an IDX file of {type} with {found & 0xff} dimensions)",
            _ => "",
        };
        throw Fault(path, $"starts with the magic number {found}{meaning}; expected {expected} for {what}, or a gzip file of that");
    }

    private static int PayloadLength(string path, long[] dimensions, int headerLength, long? contentLength)
    {
        string claim = Claim(dimensions);
        if (dimensions.Any(d => d is < 1 or > int.MaxValue))
        {
            throw Fault(path, $"claims {claim} bytes; every dimension must lie between 1 and {int.MaxValue}");
        }
        var payload = dimensions.Aggregate((Int128)1, (product, d) => product * d);   // three 31-bit factors fit in 93 bits
        if (payload > MaxBytes)
        {
            throw Fault(path, $"claims {claim} bytes; at most {MaxBytes} are read");
        }
        if (contentLength is { } length && payload + headerLength != length)
        {
            string trouble = payload + headerLength > length ? "it is cut short" : "bytes follow the data";
            throw Fault(path, $"claims {claim} bytes after a header of {headerLength}, but the file has {length} in all: {trouble} or damaged");
        }
        return (int)payload;
    }

    private static string Claim(long[] dimensions) => string.Join(" × ", dimensions.Select(d => d.ToString(CultureInfo.InvariantCulture)));

    private static byte[] ReadPayload(Stream content, int length, string claim, string path)
    {
        byte[] payload = new byte[Math.Min(length, FirstBufferBytes)];
        int filled = content.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false);
        while (filled == payload.Length && filled < length)
        {
            Array.Resize(ref payload, (int)Math.Min(length, 2L * filled));
            filled += content.ReadAtLeast(payload.AsSpan(filled), payload.Length - filled, throwOnEndOfStream: false);
        }
        if (filled < length)
        {
            throw Fault(path, $"claims {claim} bytes after its header and has {filled}: it was cut short before it was packed, or is damaged");
        }
        // A gzip file is found whole only at its end.
        return content.ReadByte() < 0
            ? payload
            : throw Fault(path, $"claims {claim} bytes after its header, and has more: bytes follow the data, or it is damaged");
    }

    private static InvalidDataException Fault(string path, string message) => new($"'{path}' {message}.");
}
