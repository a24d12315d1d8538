using SkiaSharp;

namespace DeepClustering.Tests.Files;

/// <summary>Writes image files.</summary>
internal static class Pictures
{
    public static byte[] Encode(int width, int height, SKColor colour, SKEncodedImageFormat format = SKEncodedImageFormat.Png)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Erase(colour);
        using var data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A BMP of 24 bits, which Skia reads but does not write.</summary>
    public static byte[] Bmp(int width, int height, SKColor colour)
    {
        int stride = (3 * width + 3) / 4 * 4;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("BM"u8);
        writer.Write(54 + stride * height);
        writer.Write(0);
        writer.Write(54);
        writer.Write(40);
        writer.Write(width);
        writer.Write(height);
        writer.Write((short)1);
        writer.Write((short)24);
        writer.Write(new byte[24]);
        byte[] line = new byte[stride];
        for (int x = 0; x < width; x++)
        {
            (line[3 * x], line[3 * x + 1], line[3 * x + 2]) = (colour.Blue, colour.Green, colour.Red);
        }
        for (int y = 0; y < height; y++)
        {
            writer.Write(line);
        }
        return stream.ToArray();
    }

    /// <summary>A PNG whose header claims another size; its checksum is right.</summary>
    public static byte[] Claiming(int width, int height)
    {
        byte[] png = Encode(2, 2, SKColors.Red);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Crc(png.AsSpan(12, 17)));
        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }
        return ~crc;
    }
}
