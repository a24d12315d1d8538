using Microsoft.DotNet.Interactive;
using Workbook.Execution;

namespace System;

/// <summary>Showing values from a cell; in this namespace because .NET Interactive has it here.</summary>
public static class DisplayExtensions
{
    /// <summary>Shows a value below the cell.</summary>
    /// <param name="value">What to show.</param>
    /// <param name="mimeTypes">How to show it; none means as its type prefers.</param>
    /// <returns>A handle by which the output can be replaced.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) =>
        Show(MimeBundle.Of(value, mimeTypes));

    /// <summary>Shows text that is already in the format of a MIME type, such as text/markdown.</summary>
    /// <param name="value">The formatted text.</param>
    /// <param name="mimeType">Its type.</param>
    /// <param name="additionalMimeTypes">Further types that the same text is offered as.</param>
    /// <returns>A handle by which the output can be replaced.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType, params string[] additionalMimeTypes) =>
        Show(new([.. additionalMimeTypes.Prepend(mimeType).Distinct().Select(type => KeyValuePair.Create(type, value))]));

    private static DisplayedValue Show(MimeBundle bundle)
    {
        CellScope scope = CellScope.Current
            ?? throw new InvalidOperationException("Nothing can be displayed here: no cell is running.");
        var id = Guid.NewGuid().ToString();
        scope.Publish(new Displayed(id, bundle));
        return new DisplayedValue(id, [.. bundle.Formats.Select(format => format.Key)], scope);
    }
}
