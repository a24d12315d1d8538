namespace Workbook.Execution;

/// <summary>Where the output of a running cell's code goes; flows with it into the tasks and threads it starts.</summary>
internal sealed class CellScope(Action<CellEvent> publish) : IDisposable
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
        // What the receiver itself writes to the console is not the cell's.
        CellScope? current = _current.Value;
        _current.Value = null;
        try
        {
            lock (_gate)
            {
                _publish?.Invoke(cellEvent);
            }
        }
        finally
        {
            _current.Value = current;
        }
    }

    /// <summary>Ends the cell. What a task that outlives it writes is lost, as in .NET Interactive.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _publish = null;
        }
    }
}
