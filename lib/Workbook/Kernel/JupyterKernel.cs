using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using DeepClustering.Hosting;
using Microsoft.CodeAnalysis.CSharp;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Running;

namespace Workbook.Kernel;

/// <summary>The kernel: takes requests from the channels and answers each, between a busy and an idle status.</summary>
/// <remarks>
/// Requests on the shell channel wait for one another, and so for the running cell; those on the control channel do not, and
/// neither do questions about the language, which a user has while a training runs.
/// </remarks>
internal sealed class JupyterKernel : IDisposable
{
    private readonly Channel<(Message Request, long Arrival)> _shell =
        System.Threading.Channels.Channel.CreateUnbounded<(Message, long)>();
    private readonly Channel<Message> _control = System.Threading.Channels.Channel.CreateUnbounded<Message>();
    private readonly Channel<Message> _questions = System.Threading.Channels.Channel.CreateUnbounded<Message>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<string, Func<Message, Task<JsonObject>>> _answers;
    private readonly NotebookSession _session = new();
    private readonly Channels _channels;
    private readonly InputPrompt _prompt;
    private readonly Executor _executor;
    private long _arrivals;
    private long _abortedUpTo;

    private JupyterKernel(ConnectionFile connection, TimeSpan grace)
    {
        _channels = new Channels(connection, Receive);
        _prompt = new InputPrompt(_channels);
        _executor = new Executor(_session, _channels, _prompt, grace);
        var language = new LanguageService(_session);
        _answers = new()
        {
            ["kernel_info_request"] = _ => Task.FromResult(KernelInfo()),
            ["execute_request"] = _executor.ExecuteAsync,
            ["complete_request"] = request => Task.FromResult(language.Complete(request.Text("code"), request.Number("cursor_pos", int.MaxValue))),
            ["inspect_request"] = request => Task.FromResult(language.Inspect(request.Text("code"), request.Number("cursor_pos", int.MaxValue))),
            ["is_complete_request"] = request => Task.FromResult(LanguageService.IsComplete(request.Text("code"))),
            ["history_request"] = request => Task.FromResult(_executor.History.Answer(request)),
            ["comm_info_request"] = _ => Task.FromResult(Ok(new() { ["comms"] = new JsonObject() })),
            ["interrupt_request"] = _ =>
            {
                _executor.Interrupt();
                return Task.FromResult(Ok([]));
            },
            ["shutdown_request"] = request => Task.FromResult(Ok(new() { ["restart"] = request.Flag("restart", false) })),
        };
    }

    /// <summary>Runs a kernel until a front end shuts it down, or the program that started it is gone.</summary>
    /// <param name="connection">Where to listen.</param>
    /// <param name="grace">How long an interrupted cell may take to stop.</param>
    /// <exception cref="IOException">A port cannot be listened on.</exception>
    public static async Task RunAsync(ConnectionFile connection, TimeSpan grace)
    {
        LiveDisplay.Show = value => CellFunctions.display(value).Update;
        using var kernel = new JupyterKernel(connection, grace);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
        {
            signal.Cancel = true;
            kernel._executor.Interrupt();
        });
        kernel.Status(null, "starting");
        _ = Task.Run(kernel.AnswerShellAsync);
        _ = Task.Run(kernel.AnswerControlAsync);
        _ = Task.Run(kernel.AnswerQuestionsAsync);
        _ = Task.Run(kernel.WatchParentAsync);
        await kernel._ended.Task;
    }

    public void Dispose()
    {
        _channels.Dispose();
        _prompt.Dispose();
        _session.Dispose();
    }

    private void Receive(Channel channel, Message message)
    {
        switch (channel)
        {
            case Channel.Shell when _executor?.IsRunning == true && message.Type is "complete_request" or "inspect_request" or "is_complete_request":
                _questions.Writer.TryWrite(message);
                break;
            case Channel.Shell:
                _shell.Writer.TryWrite((message, Interlocked.Increment(ref _arrivals)));
                break;
            case Channel.Control:
                _control.Writer.TryWrite(message);
                break;
            case Channel.Stdin:
                _prompt.Receive(message);
                break;
        }
    }

    private async Task AnswerShellAsync()
    {
        await foreach ((var request, long arrival) in _shell.Reader.ReadAllAsync())
        {
            bool aborted = request.Type == "execute_request" && arrival <= _abortedUpTo;
            await AnswerAsync(Channel.Shell, request, aborted ? _ => Task.FromResult(new JsonObject { ["status"] = "aborted" }) : null);
        }
    }

    private async Task AnswerControlAsync()
    {
        await foreach (var request in _control.Reader.ReadAllAsync())
        {
            await AnswerAsync(Channel.Control, request, null);
        }
    }

    private async Task AnswerQuestionsAsync()
    {
        await foreach (var question in _questions.Reader.ReadAllAsync())
        {
            await AnswerAsync(Channel.Shell, question, null);
            // The question's idle is not the kernel's; said after the cell's own idle, it would never end.
            _executor.WhileRunning(running => Status(running, "busy"));
        }
    }

    /// <summary>Answers a request; nothing that goes wrong with it ends the kernel.</summary>
    private async Task AnswerAsync(Channel channel, Message request, Func<Message, Task<JsonObject>>? answer)
    {
        if (request.Type == "comm_open")
        {
            // There are no comms here: what is opened is closed.
            _channels.Publish("comm_close", request, new JsonObject { ["comm_id"] = request.Content["comm_id"]?.DeepClone(), ["data"] = new JsonObject() });
            return;
        }
        if (answer is null && !_answers.TryGetValue(request.Type, out answer))
        {
            return;
        }
        Status(request, "busy");
        JsonObject reply;
        try
        {
            reply = await answer(request);
        }
        catch (InvalidDataException e)
        {
            reply = CellError.Of("InvalidRequest", e.Message).ToReply();
        }
        catch (Exception e)
        {
            reply = CellError.FromException(e, "").ToReply();
        }
        if (request.Type == "execute_request" && (string?)reply["status"] == "error" && StopsOnError(request))
        {
            // Sampled before the front end hears of the error: what it asks for knowing of it is run.
            _abortedUpTo = Interlocked.Read(ref _arrivals);
        }
        string type = request.Type.Replace("_request", "_reply", StringComparison.Ordinal);
        bool ends = type == "shutdown_reply" && (string?)reply["status"] == "ok";
        if (ends)
        {
            _channels.Publish(type, request, (JsonObject)reply.DeepClone());
        }
        _channels.Send(channel, type, request, reply);
        Status(request, "idle");
        if (ends)
        {
            _ended.TrySetResult();
        }
    }

    private static bool StopsOnError(Message request) =>
        request.Content["stop_on_error"] is not JsonValue value || !value.TryGetValue(out bool stops) || stops;

    private void Status(Message? parent, string state) =>
        _channels.Publish("status", parent, new JsonObject { ["execution_state"] = state });

    private static JsonObject Ok(JsonObject content)
    {
        content["status"] = "ok";
        return content;
    }

    private static JsonObject KernelInfo()
    {
        string version = typeof(JupyterKernel).Assembly.GetName().Version!.ToString(3);
        return Ok(new()
        {
            ["protocol_version"] = Message.ProtocolVersion,
            ["implementation"] = "workbook",
            ["implementation_version"] = version,
            ["language_info"] = new JsonObject
            {
                ["name"] = "C#",
                ["version"] = LanguageVersion.Latest.MapSpecifiedToEffectiveVersion().ToDisplayString(),
                ["mimetype"] = "text/x-csharp",
                ["file_extension"] = ".cs",
                ["pygments_lexer"] = "csharp",
                ["codemirror_mode"] = "text/x-csharp",
            },
            ["banner"] = $"C# on {RuntimeInformation.FrameworkDescription}, workbook {version}",
            ["help_links"] = new JsonArray(),
        });
    }

    /// <summary>Ends the kernel when the front end that started it is gone, or it would be left for ever.</summary>
    private async Task WatchParentAsync()
    {
        // On Windows the variable holds a handle.
        if (OperatingSystem.IsWindows()
            || !int.TryParse(Environment.GetEnvironmentVariable("JPY_PARENT_PID"), CultureInfo.InvariantCulture, out int id))
        {
            return;
        }
        // Where its number is of another process namespace, it cannot be watched.
        if (await ParentProcess.HasEndedAsync(id))
        {
            _ended.TrySetResult();
        }
    }
}
