using SkiaSharp;
using Xunit;

namespace DeepClustering.Charts.Tests;

internal static class Pictures
{
    private static readonly byte[] _signature = [0x89, (byte)'P', (byte)'N', (byte)'G'];

    /// <summary>The decoded PNG; the caller disposes it.</summary>
    public static SKBitmap Decode(ReadOnlyMemory<byte> png)
    {
        Assert.Equal(_signature, png[..4].ToArray());
        return SKBitmap.Decode(png.Span);
    }

    public static int Count(SKBitmap bitmap, Func<SKColor, bool> matches) => bitmap.Pixels.Count(matches);
}
