using System.Runtime.InteropServices;
using DeepClustering.Charts.Output;
using SkiaSharp;
using static TorchSharp.torch;

namespace DeepClustering.Charts;

/// <summary>Grey pictures side by side, as one PNG.</summary>
/// <remarks>In a notebook a grid that is a cell's result shows itself as text/html, image/png and text/plain.</remarks>
[TypeFormatterSource(typeof(NotebookFormatterSource), PreferredMimeTypes = ["text/html", "image/png", "text/plain"])]
public sealed class DigitGrid : INotebookPicture
{
    /// <summary>White pixels between neighbouring pictures.</summary>
    public const int Gap = 2;

    /// <summary>Height and width of a picture unless told otherwise.</summary>
    internal const int Side = 28;

    private const int Padding = 8;
    private const byte White = 255;

    private readonly string _text;

    private DigitGrid(ReadOnlyMemory<byte> png, string text)
    {
        Png = png;
        _text = text;
    }

    /// <summary>The grid as an encoded greyscale PNG.</summary>
    public ReadOnlyMemory<byte> Png { get; }

    /// <summary>Arranges pictures in reading order, <paramref name="columns"/> to a row.</summary>
    /// <param name="images">(N, height · width), N ≥ 1: intensities in [0, 1] as floating-point numbers, or bytes (uint8).</param>
    /// <param name="columns">Pictures in a row; the last row may be shorter.</param>
    /// <param name="caption">A line of text above the grid.</param>
    /// <param name="height">Rows of pixels of one picture.</param>
    /// <param name="width">Columns of pixels of one picture.</param>
    /// <param name="scale">How many pixels of the grid a picture's pixel is wide and high.</param>
    /// <returns>The grid. <paramref name="images"/> stays the caller's.</returns>
    /// <exception cref="ArgumentException">The shape does not fit, or a value lies outside [0, 1] (a decoder's logits, say) or is NaN.</exception>
    public static DigitGrid From(Tensor images, int columns = 10, string? caption = null, int height = Side, int width = Side, int scale = 2)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var cells = Pictures(images, height * width, nameof(images));
        return Draw([.. cells.Chunk(columns).Select(row => ("", row))], caption, height, width, scale);
    }

    /// <summary>Arranges labelled rows of pictures: originals above reconstructions, or one row a mixture component.</summary>
    /// <param name="rows">A label, drawn to the left, and pictures as in <see cref="From"/> for each row. Rows may differ in length.</param>
    /// <param name="caption">A line of text above the grid.</param>
    /// <param name="height">Rows of pixels of one picture.</param>
    /// <param name="width">Columns of pixels of one picture.</param>
    /// <param name="scale">How many pixels of the grid a picture's pixel is wide and high.</param>
    /// <returns>The grid. The tensors stay the caller's.</returns>
    /// <exception cref="ArgumentException">There are no rows, a shape does not fit, or a value lies outside [0, 1] or is NaN.</exception>
    public static DigitGrid Rows(
        IReadOnlyList<(string Label, Tensor Images)> rows, string? caption = null, int height = Side, int width = Side, int scale = 2)
    {
        if (rows.Count == 0)
        {
            throw new ArgumentException("No rows to draw.", nameof(rows));
        }

        return Draw([.. rows.Select(row => (row.Label, Pictures(row.Images, height * width, nameof(rows))))], caption, height, width, scale);
    }

    /// <summary>The caption, the size and the rows' labels.</summary>
    public override string ToString() => _text;

    string INotebookOutput.ToHtml() => PictureHtml.Image(this, hasText: Typefaces.Family is not null);

    private static byte[][] Pictures(Tensor images, int pixels, string parameter)
    {
        if (images.dim() != 2 || images.shape[0] == 0 || images.shape[1] != pixels)
        {
            throw new ArgumentException($"Expected pictures (N, {pixels}); found {Shapes.Describe(images)}.", parameter);
        }

        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var bytes = images.dtype == ScalarType.Byte ? images.cpu() : ToBytes(images, parameter);
        return [.. bytes.contiguous().data<byte>().ToArray().Chunk(pixels)];
    }

    private static Tensor ToBytes(Tensor images, string parameter)
    {
        if (!images.is_floating_point())
        {
            throw new ArgumentException($"Expected floating-point intensities or bytes; found {images.dtype}.", parameter);
        }

        var values = images.cpu().to(float32);
        // Not "any outside": NaN compares false with everything.
        if (!values.ge(0).logical_and(values.le(1)).all().item<bool>())
        {
            throw new ArgumentException(
                FormattableString.Invariant($"Intensities must lie in [0, 1]; found {values.min().item<float>()} to {values.max().item<float>()}. Logits need a sigmoid first."),
                parameter);
        }

        return (values * 255).round().to(uint8);
    }

    private static DigitGrid Draw((string Label, byte[][] Cells)[] rows, string? caption, int height, int width, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(scale, 1);
        using var typeface = SKTypeface.FromFamilyName(Typefaces.Family);
        using var font = new SKFont(typeface, Math.Clamp(height * scale / 3, 9, 16));
        var columns = rows.Max(row => row.Cells.Length);
        var left = TextWidth(font, rows.Select(row => row.Label));
        var top = caption is null ? 0 : (int)font.Size + Padding;
        var gridWidth = columns * (width * scale + Gap) - Gap;
        var info = new SKImageInfo(
            Math.Max(left + gridWidth, TextWidth(font, [caption ?? ""])),
            top + rows.Length * (height * scale + Gap) - Gap,
            SKColorType.Gray8);

        var pixels = new byte[info.Width * info.Height];
        Array.Fill(pixels, White);
        for (var row = 0; row < rows.Length; row++)
        {
            for (var column = 0; column < rows[row].Cells.Length; column++)
            {
                var origin = (top + row * (height * scale + Gap)) * info.Width + left + column * (width * scale + Gap);
                Enlarge(rows[row].Cells[column], width, scale, pixels.AsSpan(origin), info.Width);
            }
        }

        using var bitmap = new SKBitmap(info);
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        canvas.DrawText(caption ?? "", 0, font.Size, font, paint);
        for (var row = 0; row < rows.Length; row++)
        {
            var middle = top + row * (height * scale + Gap) + height * scale / 2f;
            canvas.DrawText(rows[row].Label, 0, middle + font.Size * 0.35f, font, paint);
        }

        canvas.Flush();
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, quality: 100);
        return new DigitGrid(png.ToArray(), Describe(rows, columns, caption));
    }

    private static void Enlarge(byte[] picture, int width, int scale, Span<byte> target, int stride)
    {
        for (var i = 0; i < picture.Length; i++)
        {
            var (y, x) = Math.DivRem(i, width);
            for (var line = 0; line < scale; line++)
            {
                target.Slice((y * scale + line) * stride + x * scale, scale).Fill(picture[i]);
            }
        }
    }

    private static int TextWidth(SKFont font, IEnumerable<string> texts)
    {
        var widest = texts.Max(text => font.MeasureText(text));
        return widest == 0 ? 0 : (int)Math.Ceiling(widest) + Padding;
    }

    private static string Describe((string Label, byte[][] Cells)[] rows, int columns, string? caption)
    {
        var size = $"{rows.Sum(row => row.Cells.Length)} pictures, {rows.Length} × {columns}";
        var labels = string.Join(", ", rows.Select(row => row.Label).Where(label => label.Length > 0));
        return (caption is null ? "" : caption + "\n") + (labels.Length == 0 ? size : $"{size}; rows: {labels}");
    }
}
