using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Workbook.Execution;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Terminal;

namespace Workbook.Running;

/// <summary>Runs a notebook in a process of its own.</summary>
/// <remarks>
/// A process a notebook, because a result must not depend on which notebooks ran before it (random state, registered
/// formatters, threads of an abandoned cell), because all memory is given back, and because a crash of native code
/// takes only the one notebook with it. The child draws on the terminal by itself. Its standard input is the one line
/// of command: when it ends, the child stops; so it also does if this process is killed.
/// </remarks>
internal sealed class NotebookProcess
{
    /// <summary>The name of the command that the child process is started with.</summary>
    public const string Command = "execute";

    private readonly Lock _gate = new();
    private Process? _child;
    private bool _stopping;

    /// <summary>True once the user has asked to stop.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Starts the child and waits for it.</summary>
    /// <returns>The exit code of the run.</returns>
    public async Task<int> RunAsync(Notebook notebook, string output, IReadOnlyList<Parameter> parameters, RunLimits limits)
    {
        ProcessStartInfo start = ThisProgram();
        start.RedirectStandardInput = true;
        string[] arguments =
        [
            Command, notebook.Path, "--to", output, "--grace", Seconds(limits.Grace),
            .. limits.Cell is { } cell ? ["--cell-timeout", Seconds(cell)] : Array.Empty<string>(),
            .. parameters.SelectMany(parameter => new[] { "--parameter", parameter.ToString() }),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A terminal sends Ctrl-C to the child too, which ignores it.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using Process child = Process.Start(start) ?? throw new InvalidOperationException("The program cannot start itself.");
        lock (_gate)
        {
            _child = child;
            if (_stopping)
            {
                child.StandardInput.Close();
            }
        }
        await child.WaitForExitAsync();
        lock (_gate)
        {
            _child = null;
        }
        if (child.ExitCode is not (NotebookResult.Succeeded or NotebookResult.Failed or NotebookResult.Interrupted))
        {
            await Console.Error.WriteLineAsync(
                $"error: {notebook.Path}: the process that ran it ended unexpectedly (exit code {child.ExitCode}).");
            return NotebookResult.Failed;
        }
        return child.ExitCode;
    }

    /// <summary>The child's part: runs the notebook in this process, until standard input ends.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ExecuteAsync(string path, string output, IReadOnlyList<Parameter> parameters, RunLimits limits)
    {
        // Before the session captures the console.
        TextWriter console = Console.Out;
        Notebook notebook = Notebook.Read(path);
        string name = Path.GetFileName(path);
        IRunProgress progress = Console.IsOutputRedirected
            ? new PlainProgress(name, console)
            : new LiveProgress(name, AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(console) }));

        using var stop = new CancellationTokenSource();
        using CancellationTokenRegistration stopping = stop.Token.Register(progress.Stopping);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal => signal.Cancel = true);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal =>
        {
            signal.Cancel = true;
            stop.Cancel();
        });
        Stream input = Console.OpenStandardInput();
        Console.SetIn(TextReader.Null);
        _ = Task.Run(() =>
        {
            while (input.ReadByte() >= 0)
            {
            }
            stop.Cancel();
        });

        NotebookResult result = await progress.ShowAsync(
            () => NotebookRunner.RunAsync(notebook, output, parameters, limits, progress, stop.Token));
        if (result is { Error: { } error, Cell: { } cell })
        {
            await Console.Error.WriteLineAsync(Describe(error, cell, path));
        }
        if (result is { ExitCode: not NotebookResult.Succeeded, Cell: not null })
        {
            await Console.Error.WriteLineAsync($"Executed so far: {output}");
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

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        lock (_gate)
        {
            if (_stopping)
            {
                _child?.Kill();
                // The child had hidden it for its display.
                AnsiConsole.Cursor.Show();
                Environment.Exit(NotebookResult.Interrupted);
            }
            _stopping = true;
            _child?.StandardInput.Close();
        }
    }

    // "dotnet Workbook.dll" runs under the name of dotnet.
    private static ProcessStartInfo ThisProgram()
    {
        string program = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(program) == "dotnet"
            ? new ProcessStartInfo(program, [typeof(NotebookProcess).Assembly.Location])
            : new ProcessStartInfo(program);
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("R", CultureInfo.InvariantCulture);
}
