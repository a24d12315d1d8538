using Microsoft.DotNet.Interactive.Formatting;

namespace Workbook.NotebookApi;

/// <summary>One value in several formats, of which a front end shows the richest it can.</summary>
/// <param name="Formats">MIME type and content; binary content such as image/png is base64.</param>
internal sealed record MimeBundle(IReadOnlyList<KeyValuePair<string, string>> Formats)
{
    /// <summary>The formats that .NET Interactive made of a value.</summary>
    public static MimeBundle Of(IEnumerable<FormattedValue> formats)
    {
        var content = new OrderedDictionary<string, string>();
        foreach (var format in formats.Where(format => !format.SuppressDisplay))
        {
            content[format.MimeType] = format.Value;
        }
        if (IsPictureAlone(content))
        {
            content.Remove("text/html");
        }
        return new([.. content]);
    }

    // HTML that is nothing but the picture beside it would put it into a saved notebook twice.
    private static bool IsPictureAlone(OrderedDictionary<string, string> formats) =>
        formats.TryGetValue("image/png", out string? picture) && formats.TryGetValue("text/html", out string? html)
        && html.StartsWith("<img ", StringComparison.Ordinal) && html.IndexOf('>', StringComparison.Ordinal) == html.Length - 1
        && html.Contains(picture, StringComparison.Ordinal);
}
