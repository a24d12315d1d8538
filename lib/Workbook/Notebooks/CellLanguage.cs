using System.Text.Json.Nodes;

namespace Workbook.Notebooks;

/// <summary>The language that metadata names, by the words of the front end that wrote it.</summary>
internal static class CellLanguage
{
    /// <summary>By which VS Code calls a cell whose language is told elsewhere.</summary>
    private const string Several = "polyglot-notebook";

    /// <summary>The language of a cell, or null if its metadata names none.</summary>
    /// <param name="metadata">The metadata of the cell, or of the request to run it.</param>
    public static string? OfCell(JsonNode? metadata) =>
        Text(metadata, "polyglot_notebook", "kernelName") ?? Text(metadata, "dotnet_interactive", "language") ?? Text(metadata, "vscode", "languageId");

    /// <summary>The language of a notebook's cells that name none themselves, or null if its metadata does not tell.</summary>
    public static string? OfNotebook(JsonNode? metadata) =>
        Text(metadata, "polyglot_notebook", "kernelInfo", "defaultKernelName")
        ?? Text(metadata, "dotnet_interactive", "defaultKernelName")
        ?? Text(metadata, "kernelspec", "language")
        ?? Text(metadata, "language_info", "name")
        ?? OfKernel(Text(metadata, "kernelspec", "name"));

    /// <summary>True for C#.</summary>
    public static bool IsCSharp(string language) =>
        language.Equals("C#", StringComparison.OrdinalIgnoreCase) || language.Equals("csharp", StringComparison.OrdinalIgnoreCase);

    // Of other kernels, the name says nothing: a user may give it.
    private static string? OfKernel(string? name) => name switch
    {
        null => null,
        "python2" or "python3" => "python",
        _ when name.StartsWith(".net-", StringComparison.Ordinal) => name[".net-".Length..],
        _ => null,
    };

    private static string? Text(JsonNode? metadata, params string[] path)
    {
        foreach (string name in path)
        {
            metadata = (metadata as JsonObject)?[name];
        }
        if (metadata is not JsonValue value || !value.TryGetValue(out string? text))
        {
            return null;
        }
        const string Earlier = "dotnet-interactive.";
        text = text.StartsWith(Earlier, StringComparison.Ordinal) ? text[Earlier.Length..] : text;
        return text.Length == 0 || text == Several ? null : text;
    }
}
