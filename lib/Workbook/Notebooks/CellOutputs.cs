using System.Text;
using System.Text.Json.Nodes;
using Workbook.Execution;
using Workbook.NotebookApi;

namespace Workbook.Notebooks;

/// <summary>Turns the events of a notebook's cells into nbformat outputs, in the order they came.</summary>
internal sealed class CellOutputs
{
    private readonly Dictionary<string, JsonObject> _displays = [];
    private readonly StringBuilder _text = new();
    private TextStream _stream;
    private JsonArray _outputs = [];
    private int _executionCount;
    private bool _clearsNext;

    /// <summary>Begins the outputs of the next cell.</summary>
    public void Begin(int executionCount)
    {
        _executionCount = executionCount;
        Clear();
    }

    /// <summary>Adds an event of the cell; an update may also change an output of an earlier cell.</summary>
    public void Add(CellEvent cellEvent)
    {
        if (_clearsNext && cellEvent is not (OutputCleared or DisplayUpdated))
        {
            Clear();
        }
        switch (cellEvent)
        {
            case OutputCleared { Wait: true }:
                _clearsNext = true;
                break;
            case OutputCleared:
                Clear();
                break;
            case TextWritten written:
                Write(written);
                break;
            case Displayed displayed:
                Add(_displays[displayed.DisplayId] = Data("display_data", displayed.Bundle));
                break;
            case DisplayUpdated updated when _displays.TryGetValue(updated.DisplayId, out var output):
                output["data"] = Data(updated.Bundle, JupyterJson.Lines);
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

    /// <summary>Outputs with an error at their end.</summary>
    public static JsonArray WithError(JsonArray outputs, CellError error)
    {
        outputs.Add((JsonNode)Error(error));
        return outputs;
    }

    /// <summary>A value in all its formats.</summary>
    /// <param name="bundle">The formats.</param>
    /// <param name="text">How text is written: as a string in messages, as lines in a notebook.</param>
    public static JsonObject Data(MimeBundle bundle, Func<string, JsonNode?> text) => new(bundle.Formats
        .OrderBy(format => format.Key, StringComparer.Ordinal)
        .Select(format => KeyValuePair.Create(format.Key, Content(format.Key, format.Value, text))));

    private void Clear()
    {
        _clearsNext = false;
        _outputs = [];
        _text.Clear();
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
        var output = new JsonObject { ["data"] = Data(bundle, JupyterJson.Lines) };
        if (type == "execute_result")
        {
            output["execution_count"] = _executionCount;
        }
        output["metadata"] = new JsonObject();
        output["output_type"] = type;
        return output;
    }

    private static JsonNode? Content(string mimeType, string content, Func<string, JsonNode?> text) => mimeType switch
    {
        "application/json" => JsonNode.Parse(content),
        _ when mimeType.EndsWith("+json", StringComparison.Ordinal) => JsonNode.Parse(content),
        "application/javascript" or "image/svg+xml" => text(content),
        _ when mimeType.StartsWith("text/", StringComparison.Ordinal) => text(content),
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
