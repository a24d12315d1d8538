using System.Text.Json.Nodes;
using Workbook.Execution;
using Workbook.NotebookApi;

namespace Workbook.Kernel;

/// <summary>Runs the cells of execute requests, one at a time, in a session.</summary>
/// <param name="session">Runs the code.</param>
/// <param name="channels">Where outputs go.</param>
/// <param name="prompt">Asks the user.</param>
/// <param name="grace">How long an interrupted cell may take to stop.</param>
internal sealed class Executor(NotebookSession session, Channels channels, InputPrompt prompt, TimeSpan grace)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource? _interruption;
    private volatile Message? _running;
    private int _count;

    /// <summary>What has been run.</summary>
    public History History { get; } = new();

    /// <summary>Runs a cell.</summary>
    /// <returns>The content of the reply.</returns>
    /// <exception cref="InvalidDataException">The request is not one.</exception>
    public async Task<JsonObject> ExecuteAsync(Message request)
    {
        string code = request.Text("code");
        bool silent = request.Flag("silent", false);
        bool stored = request.Flag("store_history", !silent) && !silent;
        bool asks = request.Flag("allow_stdin", false);
        var expressions = request.Content["user_expressions"] as JsonObject ?? [];
        if (stored)
        {
            _count++;
        }
        int number = _count;
        if (!silent)
        {
            channels.Publish("execute_input", request, new JsonObject { ["code"] = code, ["execution_count"] = number });
        }

        using var publisher = new CellPublisher(channels, request, number);
        CellError? error = null;
        MimeBundle? result = null;
        var interruption = new CancellationTokenSource();
        SetRunning(request, interruption);
        CellStatus status;
        try
        {
            status = await session.RunAsync(code, number, Handle, grace, interruption.Token, asks ? Ask : null,
                Notebooks.CellLanguage.OfCell(request.Metadata));
        }
        finally
        {
            SetRunning(null, null);
        }
        if (status is CellStatus.Interrupted or CellStatus.Abandoned)
        {
            Handle(new CellFailed(CellError.Of("Interrupted", "The cell was interrupted." + (status == CellStatus.Abandoned ? Abandoned() : ""))));
        }
        if (stored)
        {
            History.Add(number, code, result?.Formats.OrderByDescending(format => format.Key == "text/plain").FirstOrDefault().Value);
        }

        var reply = error?.ToReply(number) ?? new JsonObject
        {
            ["status"] = "ok",
            ["payload"] = new JsonArray(),
            ["user_expressions"] = await EvaluateAsync(expressions, number),
        };
        reply["execution_count"] = number;
        return reply;

        Task<string> Ask(string question, bool isPassword)
        {
            publisher.Flush();
            return prompt.AskAsync(request, question, isPassword, interruption.Token);
        }

        void Handle(CellEvent cellEvent)
        {
            error = (cellEvent as CellFailed)?.Error ?? error;
            result = (cellEvent as ResultProduced)?.Bundle ?? result;
            if (!silent)
            {
                publisher.Add(cellEvent);
            }
        }
    }

    /// <summary>Whether a cell is running.</summary>
    public bool IsRunning => _running is not null;

    /// <summary>Does something with the request whose cell is running, if there is one; the cell is not seen to end before that is done.</summary>
    /// <param name="action">Must be short.</param>
    public void WhileRunning(Action<Message> action)
    {
        lock (_gate)
        {
            if (_running is { } running)
            {
                action(running);
            }
        }
    }

    /// <summary>Asks the running cell, if there is one, to stop.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            _ = _interruption?.CancelAsync();
        }
    }

    private void SetRunning(Message? request, CancellationTokenSource? interruption)
    {
        lock (_gate)
        {
            _running = request;
            _interruption = interruption;
        }
    }

    /// <summary>Evaluates expressions after a cell; the failure of one is told in its place.</summary>
    private async Task<JsonObject> EvaluateAsync(JsonObject expressions, int number)
    {
        var values = new JsonObject();
        foreach ((string name, var expression) in expressions)
        {
            var value = CellError.Of("NoValue", "The expression has no value.").ToReply();
            await session.RunAsync((string?)expression ?? "", number, e => value = e switch
            {
                ResultProduced result => Value(result.Bundle),
                CellFailed failed => failed.Error.ToReply(),
                _ => value,
            }, grace, CancellationToken.None);
            values[name] = value;
        }
        return values;
    }

    private static JsonObject Value(MimeBundle bundle) => new()
    {
        ["status"] = "ok",
        ["data"] = Notebooks.CellOutputs.Data(bundle, text => text),
        ["metadata"] = new JsonObject(),
    };

    private string Abandoned() => FormattableString.Invariant(
        $" It did not stop within {grace.TotalSeconds:0.###} s of being asked to, and was abandoned: a thread of .NET cannot be ended from outside, so the cell runs on in the background, unseen, and what it has declared is lost. All that earlier cells declared is still there. To end the thread, restart the kernel.");
}
