using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

namespace Microsoft.DotNet.Interactive;

/// <summary>What a cell can call without a qualifier, by the names and in the namespace of .NET Interactive.</summary>
public static class Kernel
{
    /// <summary>Shows a value below the cell, where its text output has got to.</summary>
    /// <param name="value">What to show; null is shown too.</param>
    /// <param name="mimeTypes">How to show it; none means as its type prefers.</param>
    /// <returns>A handle by which the output can be replaced.</returns>
    /// <exception cref="ArgumentException">No formatter makes one of <paramref name="mimeTypes"/>.</exception>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => value.Display(mimeTypes);

    /// <summary>Text that is HTML already, to be shown as it is.</summary>
    public static IHtmlContent HTML(string content) => content.ToHtmlContent();
}
