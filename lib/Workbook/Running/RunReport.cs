using System.Text.Json;
using System.Text.Json.Nodes;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Notebooks;

namespace Workbook.Running;

/// <summary>What a notebook's process tells the one that started it, in a file that outlives it: a line of JSON for each thing that happens.</summary>
/// <remarks>
/// A run is over when its last line says so and not because the process has ended, which a cell's code can bring about with any
/// exit code. What was shown by a cell in which the process died stands in the lines since that cell's.
/// </remarks>
internal sealed class RunReport : IDisposable
{
    private readonly FileStream _file;
    private bool _silent;

    private RunReport(FileStream file) => _file = file;

    /// <summary>Opens the file that the starting process has made.</summary>
    public static RunReport Open(string path) =>
        // Each line is the system's when it is written: a process that dies takes none with it.
        new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));

    /// <summary>A cell begins.</summary>
    /// <param name="cell">Its place among the code cells.</param>
    /// <param name="index">Its index among all cells.</param>
    public void Begin(CellPosition cell, int index)
    {
        // Earlier cells stand in the executed notebook.
        _file.SetLength(0);
        Write(new() { ["index"] = index, ["number"] = cell.Number, ["count"] = cell.Count, ["title"] = cell.Title });
    }

    /// <summary>Something happened in the cell.</summary>
    public void Add(CellEvent cellEvent)
    {
        if (_silent || Line(cellEvent) is not { } line)
        {
            return;
        }
        try
        {
            Write(line);
        }
        catch (IOException)
        {
            // A full disk: of the cell's text at its death something would be missing, which is no reason to fail it.
            _silent = true;
        }
    }

    /// <summary>The run is over.</summary>
    /// <returns>The exit code.</returns>
    public int End(int exitCode)
    {
        Write(new() { ["exitCode"] = exitCode });
        return exitCode;
    }

    public void Dispose() => _file.Dispose();

    /// <summary>What a process, which has ended, told.</summary>
    public static RunEnd Read(string path)
    {
        var end = new RunEnd(null, null, 0, []);
        var outputs = new CellOutputs();
        foreach (string text in File.ReadLines(path))
        {
            if (Parse(text) is not { } line)
            {
                continue;
            }
            if (line["exitCode"] is { } exitCode)
            {
                end = end with { ExitCode = (int)exitCode };
            }
            else if (line["index"] is { } index)
            {
                end = end with { Cell = new CellPosition((int)line["number"]!, (int)line["count"]!, (string)line["title"]!), Index = (int)index };
                outputs.Begin(end.Cell!.Number);
            }
            else if (Event(line) is { } cellEvent)
            {
                outputs.Add(cellEvent);
            }
        }
        return end with { Outputs = outputs.ToJson() };
    }

    private void Write(JsonObject line) => _file.Write([.. JsonSerializer.SerializeToUtf8Bytes(line), (byte)'\n']);

    // The last line may have been cut short.
    private static JsonNode? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject? Line(CellEvent cellEvent) => cellEvent switch
    {
        TextWritten written => new() { [written.Stream == TextStream.Stdout ? "stdout" : "stderr"] = written.Text },
        Displayed displayed => new() { ["display"] = displayed.DisplayId, ["formats"] = Formats(displayed.Bundle) },
        DisplayUpdated updated => new() { ["update"] = updated.DisplayId, ["formats"] = Formats(updated.Bundle) },
        OutputCleared cleared => new() { ["clear"] = cleared.Wait },
        ResultProduced result => new() { ["result"] = true, ["formats"] = Formats(result.Bundle) },
        _ => null,
    };

    private static CellEvent? Event(JsonNode line) =>
        line["stdout"] is { } stdout ? new TextWritten(TextStream.Stdout, (string)stdout!)
        : line["stderr"] is { } stderr ? new TextWritten(TextStream.Stderr, (string)stderr!)
        : line["display"] is { } display ? new Displayed((string)display!, Bundle(line))
        : line["update"] is { } update ? new DisplayUpdated((string)update!, Bundle(line))
        : line["clear"] is { } clear ? new OutputCleared((bool)clear)
        : line["result"] is not null ? new ResultProduced(Bundle(line))
        : null;

    private static JsonArray Formats(MimeBundle bundle) =>
        new([.. bundle.Formats.Select(format => new JsonArray(format.Key, format.Value))]);

    private static MimeBundle Bundle(JsonNode line) =>
        new([.. line["formats"]!.AsArray().Select(format => KeyValuePair.Create((string)format![0]!, (string)format[1]!))]);
}

/// <summary>How far a notebook's process came.</summary>
/// <param name="ExitCode">What the run ended with, or null if it had not ended.</param>
/// <param name="Cell">The last cell that began, or null if none did.</param>
/// <param name="Index">That cell's index among all cells.</param>
/// <param name="Outputs">What that cell has shown, as nbformat's outputs.</param>
internal sealed record RunEnd(int? ExitCode, CellPosition? Cell, int Index, JsonArray Outputs);
