using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Workbook.Execution;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Terminal;

namespace Workbook.Running;

/// <summary>The process in which one notebook runs, as <see cref="NotebookProcess"/> starts it.</summary>
internal static class NotebookChild
{
    /// <summary>The name of the command that the process is started with.</summary>
    public const string Command = "execute";

    /// <summary>Runs the notebook in this process, until it has ended or standard input does.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExecuteAsync(string path, string output, IReadOnlyList<Parameter> parameters, RunLimits limits, RunReport report)
    {
        TorchThreads.Set();
        CompilerWarmUp.Begin();
        // Before the session captures the console.
        var console = Console.Out;
        var notebook = Notebook.Read(path);
        string name = Path.GetFileName(path);
        var terminal = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(console) });
        IRunProgress progress = LiveLines.CanBeShownOn(terminal) ? new LiveProgress(name, terminal) : new PlainProgress(name, console);

        using var stop = new CancellationTokenSource();
        using var stopping = stop.Token.Register(progress.Stopping);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        var input = Console.OpenStandardInput();
        Console.SetIn(TextReader.Null);
        _ = Task.Run(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }
            stop.Cancel();
        });

        var result = await progress.ShowAsync(
            () => NotebookRunner.RunAsync(notebook, output, parameters, limits, progress, stop.Token, report));
        if (result is { Error: { } error, Cell: { } cell })
        {
            await HostConsole.Error.WriteLineAsync(Printable.Lines(Describe(error, cell, path)));
        }
        if (result is { ExitCode: not NotebookResult.Succeeded, Cell: not null })
        {
            await HostConsole.Error.WriteLineAsync($"Executed so far: {output}");
        }
        return result.ExitCode;
    }

    private static string Describe(CellError error, CellPosition cell, string path)
    {
        string line = error.Line is { } number ? $", line {number.ToString(CultureInfo.InvariantCulture)}" : "";
        // A single detail says nothing more than the message.
        return string.Join('\n', error.Details.Where(_ => error.Details.Count > 1).Select(detail => "  " + detail)
            .Prepend($"error: {path}, cell {cell.Number} ({cell.Title}){line}: {error.Message}"));
    }
}
