using System.Text;
using System.Text.Json.Nodes;
using Workbook.Execution;

namespace Workbook.Notebooks;

/// <summary>Turns the events of a notebook's cells into nbformat outputs, in the order they came.</summary>
internal sealed class CellOutputs
{
    private readonly Dictionary<string, JsonObject> _displays = [];
    private readonly StringBuilder _text = new();
    private TextStream _stream;
    private JsonArray _outputs = [];
    private int _executionCount;

    /// <summary>Begins the outputs of the next cell.</summary>
    public void Begin(int executionCount)
    {
        _executionCount = executionCount;
        _outputs = [];
        _text.Clear();
    }

    /// <summary>Adds an event of the cell; an update may also change an output of an earlier cell.</summary>
    public void Add(CellEvent cellEvent)
    {
        switch (cellEvent)
        {
            case TextWritten written:
                Write(written);
                break;
            case Displayed displayed:
                Add(_displays[displayed.DisplayId] = Data("display_data", displayed.Bundle));
                break;
            case DisplayUpdated updated when _displays.TryGetValue(updated.DisplayId, out JsonObject? output):
                output["data"] = Data(updated.Bundle);
                break;
            case ResultProduced result:
                Add(Data("execute_result", result.Bundle));
                break;
            case CellFailed failed:
                Add(Error(failed.Error));
                break;
        }
    }

    /// <summary>The cell's outputs so far.</summary>
    public JsonArray ToJson()
    {
        FlushText();
        return _outputs;
    }

    private void Add(JsonObject output)
    {
        FlushText();
        _outputs.Add((JsonNode)output);
    }

    // Consecutive text of one stream is one output.
    private void Write(TextWritten written)
    {
        if (written.Stream != _stream)
        {
            FlushText();
            _stream = written.Stream;
        }
        _text.Append(written.Text);
    }

    private void FlushText()
    {
        if (_text.Length > 0)
        {
            _outputs.Add((JsonNode)new JsonObject
            {
                ["name"] = _stream == TextStream.Stdout ? "stdout" : "stderr",
                ["output_type"] = "stream",
                ["text"] = JupyterJson.Lines(_text.ToString()),
            });
            _text.Clear();
        }
    }

    private JsonObject Data(string type, MimeBundle bundle)
    {
        var output = new JsonObject { ["data"] = Data(bundle) };
        if (type == "execute_result")
        {
            output["execution_count"] = _executionCount;
        }
        output["metadata"] = new JsonObject();
        output["output_type"] = type;
        return output;
    }

    private static JsonObject Data(MimeBundle bundle) => new(bundle.Formats
        .OrderBy(format => format.Key, StringComparer.Ordinal)
        .Select(format => KeyValuePair.Create(format.Key, Content(format.Key, format.Value))));

    private static JsonNode? Content(string mimeType, string content) => mimeType switch
    {
        "application/json" => JsonNode.Parse(content),
        _ when mimeType.EndsWith("+json", StringComparison.Ordinal) => JsonNode.Parse(content),
        "application/javascript" or "image/svg+xml" => JupyterJson.Lines(content),
        _ when mimeType.StartsWith("text/", StringComparison.Ordinal) => JupyterJson.Lines(content),
        _ => content,
    };

    private static JsonObject Error(CellError error) => new()
    {
        ["ename"] = error.Name,
        ["evalue"] = error.Message,
        ["output_type"] = "error",
        ["traceback"] = new JsonArray([.. error.Details.Select(line => (JsonNode)line)]),
    };
}
