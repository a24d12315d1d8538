using System.Runtime.InteropServices;
using DeepClustering.Charts.Output;
using DeepClustering.Data;
using SkiaSharp;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>Pictures side by side, grey or in colour, as one PNG.</summary>
/// <remarks>In a notebook a grid that is a cell's result shows itself as text/html, image/png and text/plain.</remarks>
[TypeFormatterSource(typeof(NotebookFormatterSource), PreferredMimeTypes = ["text/html", "image/png", "text/plain"])]
public sealed class ImageGrid : INotebookPicture
{
    /// <summary>White pixels between neighbouring pictures.</summary>
    public const int Gap = 2;

    private const int Padding = 8;
    private const byte White = 255;

    private readonly string _text;

    private ImageGrid(ReadOnlyMemory<byte> png, string text)
    {
        Png = png;
        _text = text;
    }

    /// <summary>The grid as an encoded PNG: greyscale where the pictures are grey, else in colour.</summary>
    public ReadOnlyMemory<byte> Png { get; }

    /// <summary>Arranges pictures in reading order, <paramref name="columns"/> to a row.</summary>
    /// <param name="images">(N, C · H · W), N ≥ 1, plane by plane: intensities in [0, 1] as floating-point numbers, or bytes (uint8).</param>
    /// <param name="columns">Pictures in a row; the last row may be shorter.</param>
    /// <param name="caption">A line of text above the grid.</param>
    /// <param name="shape">What a row is a picture of, with 1 channel (grey) or 3 (red, green, blue); grey and square unless given.</param>
    /// <param name="scale">Width and height of a picture's pixel, in pixels of the grid.</param>
    /// <returns>The grid. <paramref name="images"/> stays the caller's.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or a value lies outside [0, 1] (a decoder's logits, say) or is NaN.</exception>
    public static ImageGrid From(Tensor images, int columns = 10, string? caption = null, ImageShape? shape = null, int scale = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        shape ??= Shapes.SquareImage(images, nameof(images));
        byte[][] cells = Pictures(images, shape, nameof(images));
        return Draw([.. cells.Chunk(columns).Select(row => ("", row))], caption, shape, scale);
    }

    /// <summary>Arranges labelled rows of pictures: originals above reconstructions, or one row per mixture component.</summary>
    /// <param name="rows">A label, drawn to the left, and pictures as in <see cref="From"/> for each row. Rows may differ in length.</param>
    /// <param name="caption">A line of text above the grid.</param>
    /// <param name="shape">What a row of a tensor is a picture of, with 1 channel (grey) or 3 (red, green, blue); grey and square unless given.</param>
    /// <param name="scale">How many pixels of the grid a picture's pixel is wide and high.</param>
    /// <returns>The grid. The tensors stay the caller's.</returns>
    /// <exception cref="ArgumentException">There are no rows, a shape does not fit, or a value lies outside [0, 1] or is NaN.</exception>
    public static ImageGrid Rows(
        IReadOnlyList<(string Label, Tensor Images)> rows, string? caption = null, ImageShape? shape = null, int scale = 2)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("No rows to draw.", nameof(rows));
        }

        shape ??= Shapes.SquareImage(rows[0].Images, nameof(rows));
        return Draw([.. rows.Select(row => (row.Label, Pictures(row.Images, shape, nameof(rows))))], caption, shape, scale);
    }

    /// <summary>The caption, the size and the rows' labels.</summary>
    public override string ToString() => _text;

    string INotebookOutput.ToHtml() => PictureHtml.Image(this, hasText: Typefaces.Family is not null);

    private static byte[][] Pictures(Tensor images, ImageShape shape, string parameter)
    {
        if (shape.Channels is not (1 or 3))
        {
            throw new ArgumentException($"Expected pictures of 1 channel (grey) or 3 (red, green, blue); found {shape}.", nameof(shape));
        }

        if (images.dim() != 2 || images.shape[0] == 0 || images.shape[1] != shape.Size)
        {
            throw new ArgumentException($"Expected pictures (N, {shape.Size}) of {shape}; found {Shapes.Describe(images)}.", parameter);
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var bytes = images.dtype == ScalarType.Byte ? images.cpu() : ToBytes(images, parameter);
        return [.. bytes.contiguous().data<byte>().ToArray().Chunk(shape.Size)];
    }

    private static Tensor ToBytes(Tensor images, string parameter)
    {
        if (!images.is_floating_point())
        {
            throw new ArgumentException($"Expected floating-point intensities or bytes; found {images.dtype}.", parameter);
        }

        var values = images.cpu().to(float32);
        // Not "any outside", because NaN compares false with everything.
        if (!values.ge(0).logical_and(values.le(1)).all().item<bool>())
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Intensities must lie in [0, 1]; found {values.min().item<float>()} to {values.max().item<float>()}. Logits need a sigmoid first."),
                parameter);
        }

        return (values * 255).round().to(uint8);
    }

    private static ImageGrid Draw((string Label, byte[][] Cells)[] rows, string? caption, ImageShape shape, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        var (cellHeight, cellWidth) = (shape.Height * scale, shape.Width * scale);
        using var typeface = SKTypeface.FromFamilyName(Typefaces.Family);
        using var font = new SKFont(typeface, Math.Clamp(cellHeight / 3, 9, 16));
        int columns = rows.Max(row => row.Cells.Length);
        int left = TextWidth(font, rows.Select(row => row.Label));
        int top = caption is null ? 0 : (int)font.Size + Padding;
        int gridWidth = columns * (cellWidth + Gap) - Gap;
        var info = new SKImageInfo(
            Math.Max(left + gridWidth, TextWidth(font, [caption ?? ""])),
            top + rows.Length * (cellHeight + Gap) - Gap,
            shape.Channels == 1 ? SKColorType.Gray8 : SKColorType.Rgb888x);

        byte[] pixels = new byte[info.BytesSize];
        Array.Fill(pixels, White);
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < rows[row].Cells.Length; column++)
            {
                int origin = (top + row * (cellHeight + Gap)) * info.Width + left + column * (cellWidth + Gap);
                Enlarge(rows[row].Cells[column], shape, scale, pixels.AsSpan(origin * info.BytesPerPixel), info);
            }
        }

        using var bitmap = new SKBitmap(info);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(caption ?? "", 0, font.Size, font, paint);
        for (int row = 0; row < rows.Length; row++)
        {
            float middle = top + row * (cellHeight + Gap) + cellHeight / 2f;
            canvas.DrawText(rows[row].Label, 0, middle + font.Size * 0.35f, font, paint);
        }

        canvas.Flush();
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return new ImageGrid(png.ToArray(), Describe(rows, columns, caption));
    }

    /// <summary>Writes a picture's planes as pixels, each a square of them.</summary>
    private static void Enlarge(byte[] picture, ImageShape shape, int scale, Span<byte> target, SKImageInfo info)
    {
        int plane = shape.Height * shape.Width;
        for (int i = 0; i < picture.Length; i++)
        {
            var (channel, pixel) = Math.DivRem(i, plane);
            var (y, x) = Math.DivRem(pixel, shape.Width);
            for (int line = 0; line < scale; line++)
            {
                int start = ((y * scale + line) * info.Width + x * scale) * info.BytesPerPixel + channel;
                for (int copy = 0; copy < scale; copy++)
                {
                    target[start + copy * info.BytesPerPixel] = picture[i];
                }
            }
        }
    }

    private static int TextWidth(SKFont font, IEnumerable<string> texts)
    {
        float widest = texts.Max(text => font.MeasureText(text));
        return widest == 0 ? 0 : (int)Math.Ceiling(widest) + Padding;
    }

    private static string Describe((string Label, byte[][] Cells)[] rows, int columns, string? caption)
    {
        string size = $"{rows.Sum(row => row.Cells.Length)} pictures, {rows.Length} × {columns}";
        string labels = string.Join(", ", rows.Select(row => row.Label).Where(label => label.Length > 0));
        return (caption is null ? "" : caption + "\n") + (labels.Length == 0 ? size : $"{size}; rows: {labels}");
    }
}
