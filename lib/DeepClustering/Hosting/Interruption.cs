namespace DeepClustering.Hosting;

/// <summary>The process-wide request to stop training early, between two steps.</summary>
/// <remarks>
/// A notebook's host makes the request (Ctrl-C, a time limit), and trainers watch <see cref="Token"/>. A notebook needs no
/// code for it, so it runs unchanged under hosts that never make one. All members are safe to call from any thread.
/// </remarks>
public static class Interruption
{
    private static CancellationTokenSource _source = new();

    /// <summary>Cancelled once an interruption is requested; get it again for every training run.</summary>
    public static CancellationToken Token => Volatile.Read(ref _source).Token;

    /// <summary>Asks whatever is training to stop.</summary>
    public static void Request() => Volatile.Read(ref _source).Cancel();

    /// <summary>Clears an earlier request; tokens obtained before stay cancelled.</summary>
    public static void Reset()
    {
        if (Token.IsCancellationRequested)
        {
            Volatile.Write(ref _source, new CancellationTokenSource());
        }
    }
}
