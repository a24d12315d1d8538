using System.Text.Json.Nodes;

namespace Workbook.Kernel;

/// <summary>Asks the user of a front end, one question at a time.</summary>
internal sealed class InputPrompt(Channels channels) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private TaskCompletionSource<string>? _pending;

    /// <summary>Asks, and waits for the answer.</summary>
    /// <param name="request">The request whose sender is asked.</param>
    /// <param name="prompt">What to ask.</param>
    /// <param name="isPassword">Whether the answer must not be seen.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<string> AskAsync(Message request, string prompt, bool isPassword, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            Volatile.Write(ref _pending, answer);
            channels.Send(Channel.Stdin, "input_request", request, new JsonObject { ["prompt"] = prompt, ["password"] = isPassword });
            return await answer.Task.WaitAsync(cancellation);
        }
        finally
        {
            Volatile.Write(ref _pending, null);
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>Takes a message of the stdin channel. An answer to no question, or to one given up, is dropped.</summary>
    public void Receive(Message message)
    {
        if (message.Type == "input_reply" && message.Content["value"] is JsonValue value && value.TryGetValue(out string? text))
        {
            Volatile.Read(ref _pending)?.TrySetResult(text);
        }
    }
}
