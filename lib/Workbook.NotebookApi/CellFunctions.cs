using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.Formatting;

namespace Workbook.NotebookApi;

/// <summary>What a cell can call without a qualifier, by the names of .NET Interactive.</summary>
/// <remarks>
/// The library's own display hands out another value than the one it shows, so that an update finds nothing to replace.
/// </remarks>
public static class CellFunctions
{
    /// <summary>Extension methods that the first submission declares: being nearer, they win over those of the library.</summary>
    internal const string Extensions = $$"""
        using static {{nameof(Workbook)}}.{{nameof(NotebookApi)}}.{{nameof(CellFunctions)}};
        static Microsoft.DotNet.Interactive.Formatting.DisplayedValue Display(this object value, params string[] mimeTypes) => display(value, mimeTypes);
        static Microsoft.DotNet.Interactive.Formatting.DisplayedValue DisplayAs(this string value, string mimeType, params string[] additionalMimeTypes) =>
            displayAs(value, mimeType, additionalMimeTypes);
        """;

    /// <summary>Shows a value below the cell, where its text output has got to.</summary>
    /// <param name="value">What to show; null is shown too.</param>
    /// <param name="mimeTypes">How to show it; none means as its type prefers.</param>
    /// <returns>A handle by which the output can be replaced, also from a later cell.</returns>
    /// <exception cref="ArgumentException">No formatter makes one of <paramref name="mimeTypes"/>.</exception>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayedValue display(object? value, params string[] mimeTypes) =>
        Show(value, mimeTypes.Length > 0
            ? FormattedValue.CreateManyFromObject(value, mimeTypes)
            : PlainText.Beside(value, FormattedValue.CreateManyFromObject(value)));

    /// <summary>Shows text that is already in the format of a MIME type, such as text/markdown.</summary>
    /// <param name="value">The formatted text.</param>
    /// <param name="mimeType">Its type.</param>
    /// <param name="additionalMimeTypes">Further types that the same text is offered as.</param>
    /// <returns>A handle by which the output can be replaced.</returns>
    /// <exception cref="InvalidOperationException">No cell is running.</exception>
    public static DisplayedValue displayAs(string value, string mimeType, params string[] additionalMimeTypes) =>
        Show(value, [.. additionalMimeTypes.Prepend(mimeType).Distinct().Select(type => new FormattedValue(type, value))]);

    /// <summary>Text that is HTML already, to be shown as it is.</summary>
    public static IHtmlContent HTML(string content) => Kernel.HTML(content);

    /// <summary>Adds style sheet rules to the page.</summary>
    public static void CSS(string content) => Kernel.CSS(content);

    /// <summary>Runs a script on the page.</summary>
    public static void Javascript(string scriptContent) => Kernel.Javascript(scriptContent);

    /// <summary>Removes what the cell has shown so far. .NET Interactive has no such method: a notebook that must run there cannot call it.</summary>
    /// <param name="wait">Only when the cell shows something new, so that the place below it does not flicker.</param>
    public static void ClearOutput(bool wait = false) => CellScope.Current?.Publish(new OutputCleared(wait));

    /// <summary>Asks the user for a line of text.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<string> GetInputAsync(string prompt = "") => CellScope.AskAsync(prompt, isPassword: false);

    /// <summary>Asks the user for a line of text that is not shown.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<string> GetPasswordAsync(string prompt = "") => CellScope.AskAsync(prompt, isPassword: true);

    /// <summary>What .NET Interactive's handle does not tell.</summary>
    extension(DisplayedValue displayed)
    {
        /// <summary>The MIME types it was shown as; an update is shown as the same.</summary>
        public IReadOnlyCollection<string> MimeTypes => [.. displayed.FormattedValues.Select(format => format.MimeType)];
    }

    private static DisplayedValue Show(object? value, IReadOnlyList<FormattedValue> formats)
    {
        var context = KernelInvocationContext.Current
            ?? throw new InvalidOperationException("Nothing can be displayed here: no cell is running.");
        var displayed = new DisplayedValue(value, formats);
        context.Publish(new DisplayedValueProduced(value, context.Command, formats, displayed.DisplayId));
        return displayed;
    }
}
