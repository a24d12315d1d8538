using System.Collections;
using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace Workbook.NotebookApi;

/// <summary>Adds plain text to the HTML of a value, for front ends and files that show no HTML.</summary>
internal static class PlainText
{
    private const string MimeType = "text/plain";

    /// <summary>A value's formats, with text/plain among them unless the value is HTML, or its type or the notebook says how it is shown.</summary>
    /// <param name="value">The value.</param>
    /// <param name="formats">The formats that its type prefers.</param>
    public static IReadOnlyList<FormattedValue> Beside(object? value, IReadOnlyList<FormattedValue> formats) =>
        value is IHtmlContent || formats.Count == 0 || formats.Any(format => format.MimeType == MimeType) || HasOwnFormatter(value)
            ? formats
            : [.. formats, new FormattedValue(MimeType, IsLazy(value) ? value!.ToString()! : value.ToDisplayString(MimeType))];

    private static bool HasOwnFormatter(object? value) => value is not null
        && (Formatter.RegisteredFormatters(includeDefaults: false).Any(formatter => formatter.Type.IsInstanceOfType(value))
            || value.GetType().GetCustomAttributes(inherit: false).Any(attribute => attribute.GetType().Name == nameof(TypeFormatterSourceAttribute)));

    // Going through it again would do again what it does for each item: a training, perhaps.
    private static bool IsLazy(object? value) => value is IEnumerable and not ICollection
        && !value.GetType().GetInterfaces().Any(type => type.IsGenericType
            && (type.GetGenericTypeDefinition() == typeof(IReadOnlyCollection<>) || type.GetGenericTypeDefinition() == typeof(ICollection<>)));
}
