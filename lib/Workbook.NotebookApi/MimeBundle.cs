using Microsoft.DotNet.Interactive.Formatting;

namespace Workbook.Execution;

/// <summary>One value in several formats, of which a front end shows the richest it can.</summary>
/// <param name="Formats">MIME type and content; binary content such as image/png is base64.</param>
internal sealed record MimeBundle(IReadOnlyList<KeyValuePair<string, string>> Formats)
{
    /// <summary>Formats a value as the given MIME types, or, without any, as all that its type prefers.</summary>
    public static MimeBundle Of(object? value, IReadOnlyCollection<string> mimeTypes)
    {
        // The formatter takes null for the type of null, although its signature does not say so.
        IReadOnlyCollection<string> types =
            mimeTypes.Count > 0 ? mimeTypes : Formatter.GetPreferredMimeTypesFor(value?.GetType()!);
        var formats = types.Distinct().ToDictionary(type => type, type => value.ToDisplayString(type));
        if (IsPictureAlone(formats))
        {
            formats.Remove("text/html");
        }
        return new([.. formats]);
    }

    // HTML that is nothing but the picture beside it would put it into a saved notebook twice.
    private static bool IsPictureAlone(Dictionary<string, string> formats) =>
        formats.TryGetValue("image/png", out string? picture) && formats.TryGetValue("text/html", out string? html)
        && html.StartsWith("<img ", StringComparison.Ordinal) && html.IndexOf('>', StringComparison.Ordinal) == html.Length - 1
        && html.Contains(picture, StringComparison.Ordinal);
}
