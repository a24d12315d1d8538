namespace Workbook.Terminal;

/// <summary>Where this program's own messages go.</summary>
internal static class HostConsole
{
    /// <summary>
    /// Standard error itself. Console.Error is no place for a message of the host's: once there is a session it belongs to the cells,
    /// and what is written to it while none runs, or by a part of the program that a cell started, is not seen.
    /// </summary>
    public static TextWriter Error { get; } =
        TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), Console.OutputEncoding) { AutoFlush = true });
}
