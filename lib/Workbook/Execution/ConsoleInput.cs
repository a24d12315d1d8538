using Workbook.NotebookApi;

namespace Workbook.Execution;

/// <summary>Turns Console.ReadLine in a cell's code into a question to the user; other code finds the input at its end.</summary>
internal sealed class ConsoleInput : TextReader
{
    /// <exception cref="InvalidOperationException">Nobody can be asked.</exception>
    public override string? ReadLine() =>
        CellScope.Current is null ? null : CellScope.AskAsync("", isPassword: false).GetAwaiter().GetResult();

    /// <exception cref="NotSupportedException">In a cell, always.</exception>
    public override int Read() => CellScope.Current is null
        ? -1
        : throw new NotSupportedException("A notebook's input comes line by line: use Console.ReadLine.");
}
