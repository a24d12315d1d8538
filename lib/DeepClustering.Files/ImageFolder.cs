using System.Globalization;
using System.Runtime.InteropServices;
using DeepClustering.Data;
using DeepClustering.Runs;
using SkiaSharp;

namespace DeepClustering.Files;

/// <summary>Images of a data set as PNG files, one subfolder per class.</summary>
public static class ImageFolder
{
    /// <summary>Writes every image. What <see cref="ImageFolderSource"/> reads there, with subfolders as labels, are the same pixels.</summary>
    /// <param name="images">Grey images, or red, green and blue ones, of bytes.</param>
    /// <param name="folder">It must not exist, or be empty.</param>
    /// <exception cref="ArgumentException">The data are no such images, or a class has a name that no folder can have.</exception>
    /// <exception cref="IOException">The folder holds something.</exception>
    public static void Write(Dataset images, string folder)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        if (images.Shape is not { Channels: 1 or 3 } shape || !images.IsBytes)
        {
            throw new ArgumentException($"expected grey or coloured images of bytes, found {images}.", nameof(images));
        }
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException($"'{folder}' holds something; expected an empty folder, or none.");
        }
        string[] folders = [.. images.ClassNames.Select(name => RunName.FolderIn(folder, name))];
        foreach (string one in folders.Prepend(folder))
        {
            Directory.CreateDirectory(one);
        }
        for (int i = 0; i < images.Count; i++)
        {
            string parent = images.Labels is null ? folder : folders[images.Labels[i]];
            File.WriteAllBytes(Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{i:D6}.png")), Png(images.Bytes(i), shape));
        }
    }

    private static byte[] Png(ReadOnlySpan<byte> planes, ImageShape shape)
    {
        int area = shape.Height * shape.Width;
        var info = new SKImageInfo(shape.Width, shape.Height, shape.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgb888x);
        byte[] pixels = new byte[info.BytesSize];
        for (int i = 0; i < planes.Length; i++)
        {
            var (channel, pixel) = Math.DivRem(i, area);
            pixels[pixel * info.BytesPerPixel + channel] = planes[i];
        }
        using var bitmap = new SKBitmap(info);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return png.ToArray();
    }
}
