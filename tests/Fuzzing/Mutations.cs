using System.Buffers.Binary;

namespace Fuzzing;

/// <summary>Damages bytes.</summary>
internal static class Mutations
{
    private static readonly long[] _edges = [0, 1, -1, 2, 127, 128, 255, 256, 2049, 2051, 32767, 65535, 65536, 1 << 20, 1 << 30,
        int.MaxValue, int.MinValue, uint.MaxValue, 1L << 32, 1L << 62, long.MaxValue, long.MinValue];

    /// <summary>One of some inputs as it is (rarely), with a few edits, or bytes at random (rarely).</summary>
    public static byte[] Bytes(this Random random, IReadOnlyList<byte[]> originals)
    {
        byte[] bytes = random.Of(originals);
        switch (random.Next(32))
        {
            case 0:
                return bytes;
            case 1:
                bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                return bytes;
            default:
                for (int edits = random.Next(1, 5); edits > 0; edits--)
                {
                    bytes = random.Edit(bytes, originals);
                }
                return bytes;
        }
    }

    /// <summary>One of some.</summary>
    public static T Of<T>(this Random random, IReadOnlyList<T> items) => items[random.Next(items.Count)];

    private static byte[] Edit(this Random random, byte[] bytes, IReadOnlyList<byte[]> others)
    {
        // Headers are at the start, lengths and checksums at the end: half of the edits are near them.
        int at = random.Next(4) switch
        {
            0 => random.Next(Math.Min(bytes.Length, 40) + 1),
            1 => bytes.Length - random.Next(Math.Min(bytes.Length, 12) + 1),
            _ => random.Next(bytes.Length + 1),
        };
        int length = random.Next(Math.Min(bytes.Length - at, random.Next(2) == 0 ? 8 : 1000) + 1);
        ReadOnlySpan<byte> before = bytes.AsSpan(0, at), span = bytes.AsSpan(at, length), after = bytes.AsSpan(at + length);
        switch (random.Next(7))
        {
            case 0:
                byte[] flipped = [.. bytes];
                if (at < bytes.Length)
                {
                    flipped[at] ^= (byte)(1 << random.Next(8));
                }
                return flipped;
            case 1:
                return [.. before];
            case 2:
                return [.. before, .. after];
            case 3:
                return [.. before, .. span, .. span, .. after];
            case 4:
                byte[] other = random.Of(others);
                return [.. before, .. other.AsSpan(random.Next(other.Length + 1))];
            case 5:
                byte[] noise = new byte[random.Next(20)];
                random.NextBytes(noise);
                return [.. before, .. noise, .. bytes.AsSpan(at)];
            default:
                Span<byte> number = stackalloc byte[8];
                long edge = random.Of(_edges);
                int width = 1 << random.Next(4);
                if (random.Next(2) == 0)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(number, edge);
                    number = number[..width];
                }
                else
                {
                    BinaryPrimitives.WriteInt64BigEndian(number, edge);
                    number = number[^width..];
                }
                return [.. before, .. number, .. bytes.AsSpan(Math.Min(at + width, bytes.Length))];
        }
    }
}
