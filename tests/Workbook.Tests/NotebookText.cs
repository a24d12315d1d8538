using System.Text.Json.Nodes;
using Workbook.Notebooks;

namespace Workbook.Tests;

/// <summary>Notebooks as Jupyter would have written them.</summary>
internal static class NotebookText
{
    public static string Of(params JsonObject[] cells) => new JsonObject
    {
        ["cells"] = new JsonArray(cells),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString();

    public static JsonObject Code(string source, params string[] tags) => new()
    {
        ["cell_type"] = "code",
        ["execution_count"] = null,
        ["id"] = "id-" + Guid.NewGuid().ToString("N"),
        ["metadata"] = new JsonObject { ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) },
        ["outputs"] = new JsonArray(),
        ["source"] = JupyterJson.Lines(source),
    };

    public static JsonObject Markdown(string source) => new()
    {
        ["cell_type"] = "markdown",
        ["id"] = "id-" + Guid.NewGuid().ToString("N"),
        ["metadata"] = new JsonObject(),
        ["source"] = JupyterJson.Lines(source),
    };
}
