using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;
using Workbook.Execution;

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

    /// <summary>Removes what the cell has shown so far. .NET Interactive has no such method: a notebook that must run there cannot call it.</summary>
    /// <param name="wait">Only when the cell shows something new, so that the place below it does not flicker.</param>
    public static void ClearOutput(bool wait = false) => CellScope.Current?.Publish(new OutputCleared(wait));

    /// <summary>Asks the user for a line of text.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<string> GetInputAsync(string prompt = "") => AskAsync(prompt, isPassword: false);

    /// <summary>Asks the user for a line of text that is not shown.</summary>
    /// <param name="prompt">What to ask.</param>
    /// <exception cref="InvalidOperationException">Nobody can be asked: the notebook runs without a user.</exception>
    public static Task<string> GetPasswordAsync(string prompt = "") => AskAsync(prompt, isPassword: true);

    private static Task<string> AskAsync(string prompt, bool isPassword) =>
        (CellScope.Current ?? throw new InvalidOperationException("Nothing can be asked here: no cell is running.")).AskAsync(prompt, isPassword);
}
