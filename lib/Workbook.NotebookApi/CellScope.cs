namespace Workbook.NotebookApi;

/// <summary>Asks the user for a line of text.</summary>
/// <param name="prompt">What to ask, possibly empty.</param>
/// <param name="isPassword">Whether the answer must not be seen.</param>
internal delegate Task<string> InputSource(string prompt, bool isPassword);

/// <summary>
/// What a running cell can ask of the host beyond what .NET Interactive has; flows with it into the tasks and threads it starts.
/// </summary>
internal sealed class CellScope(Action<CellEvent> publish, InputSource? input) : IDisposable
{
    private static readonly AsyncLocal<CellScope?> _current = new();

    private readonly Lock _gate = new();
    private Action<CellEvent>? _publish = publish;

    /// <summary>The scope of the cell that the calling code belongs to, also when that cell has ended.</summary>
    public static CellScope? Current => _current.Value;

    /// <summary>Makes this the current scope of the calling method and all it calls.</summary>
    public void Enter() => _current.Value = this;

    /// <summary>Hands an event on, one at a time.</summary>
    public void Publish(CellEvent cellEvent)
    {
        lock (_gate)
        {
            _publish?.Invoke(cellEvent);
        }
    }

    /// <summary>Asks the user of the calling code's cell for a line of text.</summary>
    /// <exception cref="InvalidOperationException">Nobody can be asked.</exception>
    public static Task<string> AskAsync(string prompt, bool isPassword) => Current is { } scope
        ? scope.Ask(prompt, isPassword)
        : throw new InvalidOperationException("Nothing can be asked here: no cell is running.");

    /// <summary>Ends the cell. What a task that outlives it writes is lost, as in .NET Interactive.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _publish = null;
        }
    }

    private Task<string> Ask(string prompt, bool isPassword) => input is null || _publish is null
        ? throw new InvalidOperationException("The cell asks for input, but nobody can be asked here: the front end, or this host, allows none.")
        : input(prompt, isPassword);
}
