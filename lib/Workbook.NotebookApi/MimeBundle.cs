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
        return new([.. types.Distinct().Select(type => KeyValuePair.Create(type, value.ToDisplayString(type)))]);
    }
}
