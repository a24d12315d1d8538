using SkiaSharp;

namespace DeepClustering.Charts.Output;

/// <summary>The font of static pictures, out of those the machine has.</summary>
internal static class Typefaces
{
    // Skia's own choice on Linux is the first file it finds, which may be a serif or a symbol font.
    private static readonly string[] _preferred =
        ["Open Sans", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Roboto"];

    /// <summary>A sans-serif family that is installed, else any family, or null on a machine without fonts.</summary>
    public static string? Family { get; } = Choose([.. SKFontManager.Default.FontFamilies]);

    internal static string? Choose(IReadOnlyCollection<string> installed) =>
        _preferred.FirstOrDefault(installed.Contains) ?? installed.FirstOrDefault(family => family.Length > 0);
}
