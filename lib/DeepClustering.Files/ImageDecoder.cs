using SkiaSharp;

namespace DeepClustering.Files;

/// <summary>Reads one image file; headers are looked at before any pixel is.</summary>
internal static class ImageDecoder
{
    /// <summary>More pixels than any picture to be clustered has: 8,192 × 8,192. A file that claims more is taken for a decompression bomb.</summary>
    public const long MaxPixels = 1L << 26;

    /// <summary>Width and height as shown, from the header alone.</summary>
    /// <exception cref="InvalidDataException">It is no image, or too large.</exception>
    public static (int Width, int Height) SizeOf(string path)
    {
        using var codec = Open(path);
        return IsTurned(codec.EncodedOrigin) ? (codec.Info.Height, codec.Info.Width) : (codec.Info.Width, codec.Info.Height);
    }

    /// <summary>The image stretched to a size, over white where it is transparent.</summary>
    /// <returns>Red, green, blue of each pixel, row by row.</returns>
    /// <exception cref="InvalidDataException">It is no image, too large, or cut short.</exception>
    public static byte[] Decode(string path, int width, int height)
    {
        using var codec = Open(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        if (codec.GetPixels(info, bitmap.GetPixels()) is var result && result != SKCodecResult.Success)
        {
            throw new InvalidDataException($"it is damaged or cut short ({result})");
        }
        return Pixels(bitmap, codec.EncodedOrigin, width, height);
    }

    private static SKCodec Open(string path)
    {
        if (new FileInfo(path).Length == 0)
        {
            throw new InvalidDataException("it is empty");
        }
        using var stream = File.OpenRead(path);   // says why it cannot be opened, which SKCodec does not
        var codec = SKCodec.Create(path, out var result) ?? throw new InvalidDataException($"it is no image that can be read ({result})");
        if ((long)codec.Info.Width * codec.Info.Height is var pixels && (pixels > MaxPixels || pixels == 0))
        {
            string size = $"{codec.Info.Width} × {codec.Info.Height}";
            codec.Dispose();
            throw new InvalidDataException(FormattableString.Invariant($"it claims {size} pixels; at most {MaxPixels:N0} are read"));
        }
        return codec;
    }

    private static byte[] Pixels(SKBitmap bitmap, SKEncodedOrigin origin, int width, int height)
    {
        using var upright = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(upright))
        using (var image = SKImage.FromBitmap(bitmap))
        {
            canvas.Clear(SKColors.White);
            var (w, h) = IsTurned(origin) ? (bitmap.Height, bitmap.Width) : (bitmap.Width, bitmap.Height);
            canvas.Scale((float)width / w, (float)height / h);
            canvas.Concat(Turn(origin, bitmap.Width, bitmap.Height));
            canvas.DrawImage(image, 0, 0, (w, h) == (width, height) ? SKSamplingOptions.Default : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        }
        var rgba = upright.GetPixelSpan();
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++)
        {
            rgba.Slice(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        }
        return rgb;
    }

    private static bool IsTurned(SKEncodedOrigin origin) =>
        origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    /// <summary>From the pixels of a file to how a camera was held (Exif's orientation).</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin, int w, int h) => origin switch
    {
        SKEncodedOrigin.TopRight => new(-1, 0, w, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new(-1, 0, w, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, h, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new(0, -1, h, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new(0, -1, h, -1, 0, w, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, w, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
