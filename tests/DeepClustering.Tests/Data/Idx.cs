using System.Buffers.Binary;
using System.IO.Compression;

namespace DeepClustering.Tests.Data;

/// <summary>Writes IDX and gzip.</summary>
internal static class Idx
{
    public const int ImagesMagic = 2051;
    public const int LabelsMagic = 2049;

    public static byte[] Images(int count, int rows, int columns, byte[] pixels) => File([ImagesMagic, count, rows, columns], pixels);

    public static byte[] Labels(params byte[] labels) => File([LabelsMagic, labels.Length], labels);

    public static byte[] File(int[] header, byte[] payload)
    {
        byte[] idx = new byte[4 * header.Length + payload.Length];
        for (int i = 0; i < header.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(idx.AsSpan(4 * i), header[i]);
        }
        payload.CopyTo(idx, 4 * header.Length);
        return idx;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }
        return zipped.ToArray();
    }

    /// <summary>A copy of a gzip file that ends with another ISIZE, the uncompressed length.</summary>
    public static byte[] WithLengthInTrailer(byte[] zipped, long length)
    {
        byte[] changed = [.. zipped];
        BinaryPrimitives.WriteUInt32LittleEndian(changed.AsSpan(changed.Length - 4), (uint)length);
        return changed;
    }

    public static byte[] RandomBytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>The length of what a file holds, unzipped as far as it can be.</summary>
    public static long Unpacked(byte[] bytes)
    {
        if (bytes is not [0x1f, 0x8b, _, _, ..])
        {
            return bytes.Length;
        }
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 16];
        long length = 0;
        try
        {
            for (int read = -1; read != 0; length += read)
            {
                read = gzip.Read(buffer);
            }
        }
        catch (InvalidDataException)
        {
            // As far as it could be read.
        }
        return length;
    }
}
