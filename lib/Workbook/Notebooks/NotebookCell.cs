using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Workbook.Notebooks;

/// <summary>One cell of a notebook.</summary>
internal sealed partial class NotebookCell
{
    private static readonly string[] _types = ["code", "markdown", "raw"];

    private NotebookCell(JsonObject json, string type, string source)
    {
        Json = json;
        Type = type;
        Source = source;
    }

    public JsonObject Json { get; }

    /// <summary>code, markdown or raw.</summary>
    public string Type { get; }

    public string Source { get; }

    /// <summary>The cell's id, or null if it has none that nbformat allows.</summary>
    public string? Id => Text(Json["id"]) is { } id && AllowedId().IsMatch(id) ? id : null;

    /// <summary>True for code that is more than white space.</summary>
    public bool IsRunnable => Type == "code" && !string.IsNullOrWhiteSpace(Source);

    /// <summary>The language that the cell's metadata names, in the words of the front end that wrote it, or null if it names none.</summary>
    public string? Language => CellLanguage.OfCell(Json["metadata"]);

    /// <summary>A code cell that no file has yet.</summary>
    public static NotebookCell NewCode(string id, string tag, string source)
    {
        var json = new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["id"] = id,
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray(tag) },
            ["outputs"] = new JsonArray(),
            ["source"] = JupyterJson.Lines(source),
        };
        return new NotebookCell(json, "code", source);
    }

    /// <summary>Takes a cell from a notebook's JSON.</summary>
    /// <param name="node">The cell.</param>
    /// <param name="number">Its place among all cells, from 1, for messages.</param>
    /// <param name="path">The notebook, for messages.</param>
    /// <exception cref="InvalidDataException">It is no cell.</exception>
    public static NotebookCell Read(JsonNode? node, int number, string path)
    {
        if (node is not JsonObject json)
        {
            throw Notebook.Damaged(path, $"expected cell {number} to be an object, found {Notebook.Found(node)}.");
        }
        string type = Text(json["cell_type"]) ?? "";
        if (!_types.Contains(type))
        {
            throw Notebook.Damaged(path, $"expected cell {number} to have a \"cell_type\" of {string.Join(", ", _types)}, " +
                $"found {Notebook.Found(json["cell_type"])}.");
        }
        string source = Text(json["source"]) ?? throw Notebook.Damaged(path,
            $"expected the \"source\" of cell {number} to be text or a list of lines, found {Notebook.Found(json["source"])}.");
        if (json["metadata"] is not (null or JsonObject))
        {
            throw Notebook.Damaged(path, $"expected the \"metadata\" of cell {number} to be an object, found {Notebook.Found(json["metadata"])}.");
        }
        return new NotebookCell(json, type, source);
    }

    /// <summary>True if the cell's metadata has a tag.</summary>
    public bool HasTag(string tag) =>
        Json["metadata"]?["tags"] is JsonArray tags && tags.Any(item => Text(item) == tag);

    /// <summary>Removes what a run left, and adds what nbformat 4.5 asks for.</summary>
    /// <param name="id">The cell's id.</param>
    public void Prepare(string id)
    {
        if (Type == "code")
        {
            Json["execution_count"] = null;
        }
        if (Id != id)
        {
            Json["id"] = id;
        }
        Json["metadata"] ??= new JsonObject();
        if (Type == "code")
        {
            Json["outputs"] = new JsonArray();
        }
    }

    /// <summary>Sets what a run of the cell gave.</summary>
    public void SetOutputs(int executionCount, JsonArray outputs)
    {
        Json["execution_count"] = executionCount;
        Json["outputs"] = outputs;
    }

    /// <summary>All that the cell's outputs hold as plain text, including what was written to stdout.</summary>
    public string PlainTextOutputs()
    {
        IEnumerable<JsonNode?> outputs = Json["outputs"] as JsonArray ?? [];
        return string.Join('\n', outputs
            .OfType<JsonObject>()
            .Select(output => Text((output["data"] as JsonObject)?["text/plain"]) ?? (Text(output["name"]) == "stdout" ? Text(output["text"]) : null))
            .OfType<string>().Select(text => text.TrimEnd('\n')));
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]{1,64}\z")]
    private static partial Regex AllowedId();

    // nbformat's multi-line text: one string, or a list of strings to be joined.
    private static string? Text(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) => text,
        JsonArray lines when lines.All(line => line is JsonValue value && value.TryGetValue(out string? _)) =>
            string.Concat(lines.Select(line => line!.GetValue<string>())),
        _ => null,
    };
}
