using System.Text;
using System.Text.Json.Nodes;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Notebooks;

namespace Workbook.Kernel;

/// <summary>Publishes what a cell does while it runs. Text is gathered for a moment, or a loop that writes would send one message per character.</summary>
internal sealed class CellPublisher : IDisposable
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(50);

    private readonly Lock _gate = new();
    private readonly StringBuilder _text = new();
    private readonly Channels _channels;
    private readonly Message _request;
    private readonly int _executionCount;
    private readonly Timer _timer;
    private TextStream _stream;

    /// <param name="channels">Where to publish.</param>
    /// <param name="request">The request that the cell is run for.</param>
    /// <param name="executionCount">The cell's number.</param>
    public CellPublisher(Channels channels, Message request, int executionCount)
    {
        _channels = channels;
        _request = request;
        _executionCount = executionCount;
        _timer = new Timer(_ => Flush());
    }

    /// <summary>Publishes an event of the cell.</summary>
    public void Add(CellEvent cellEvent)
    {
        lock (_gate)
        {
            if (cellEvent is TextWritten written)
            {
                Write(written);
                return;
            }
            Flush();
            (string type, var content) = cellEvent switch
            {
                Displayed displayed => ("display_data", Display(displayed.DisplayId, displayed.Bundle)),
                DisplayUpdated updated => ("update_display_data", Display(updated.DisplayId, updated.Bundle)),
                OutputCleared cleared => ("clear_output", new JsonObject { ["wait"] = cleared.Wait }),
                ResultProduced result => ("execute_result", Result(result.Bundle)),
                CellFailed failed => ("error", failed.Error.ToJson(_executionCount)),
                _ => throw new ArgumentOutOfRangeException(nameof(cellEvent), cellEvent, "This event has no message."),
            };
            _channels.Publish(type, _request, content);
        }
    }

    /// <summary>Publishes the text gathered so far.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_text.Length == 0)
            {
                return;
            }
            _channels.Publish("stream", _request, new JsonObject
            {
                ["name"] = _stream == TextStream.Stdout ? "stdout" : "stderr",
                ["text"] = _text.ToString(),
            });
            _text.Clear();
        }
    }

    /// <summary>Publishes the rest.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        Flush();
    }

    private void Write(TextWritten written)
    {
        if (written.Stream != _stream)
        {
            Flush();
            _stream = written.Stream;
        }
        if (_text.Length == 0)
        {
            _timer.Change(_moment, Timeout.InfiniteTimeSpan);
        }
        _text.Append(written.Text);
    }

    private static JsonObject Display(string id, MimeBundle bundle) => new()
    {
        ["data"] = CellOutputs.Data(bundle, text => text),
        ["metadata"] = new JsonObject(),
        ["transient"] = new JsonObject { ["display_id"] = id },
    };

    private JsonObject Result(MimeBundle bundle) => new()
    {
        ["execution_count"] = _executionCount,
        ["data"] = CellOutputs.Data(bundle, text => text),
        ["metadata"] = new JsonObject(),
    };
}
