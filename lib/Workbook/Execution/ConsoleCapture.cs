using System.Text;

namespace Workbook.Execution;

/// <summary>Turns what a cell's code writes to the console into events; all other code writes to the console as before.</summary>
internal sealed class ConsoleCapture : TextWriter
{
    private readonly TextStream _stream;
    private readonly TextWriter _console;

    private ConsoleCapture(TextStream stream, TextWriter console)
    {
        _stream = stream;
        _console = console;
    }

    public override Encoding Encoding => _console.Encoding;

    /// <summary>Takes the place of the process's console writers, and of its reader.</summary>
    public static void Install()
    {
        Console.SetIn(new ConsoleInput());
        Console.SetOut(new ConsoleCapture(TextStream.Stdout, Console.Out));
        Console.SetError(new ConsoleCapture(TextStream.Stderr, Console.Error));
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    // One event, where the base class would write the line's end by itself.
    public override void WriteLine(string? value) => Write(value + Environment.NewLine);

    public override void Write(string? value)
    {
        if (CellScope.Current is not { } scope)
        {
            _console.Write(value);
        }
        else if (!string.IsNullOrEmpty(value))
        {
            scope.Publish(new TextWritten(_stream, value));
        }
    }

    public override void Flush() => _console.Flush();
}
