using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Spectre.Console;
using Workbook.Execution;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Terminal;

namespace Workbook.Running;

/// <summary>Runs notebooks, each in a process of its own, one after the other or several at a time.</summary>
/// <remarks>
/// One process per notebook, because a result must not depend on which notebooks ran before it (random state, registered
/// formatters, threads of an abandoned cell), because all memory is given back, and because a crash of native code
/// takes only the one notebook with it. A child (<see cref="NotebookChild"/>) without a log draws on the terminal by itself. Its standard input is the
/// one line of command: when it ends, the child stops; so it also does if this process is killed.
/// The first SIGINT or SIGTERM stops the children so, the second kills them and ends this process. The death of the dotnet run
/// that started this process is as good as a first signal: nobody sees any more what it does.
/// </remarks>
internal sealed class NotebookProcess : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Process, string> _children = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private bool _disposed;

    /// <summary>Takes over the signals until it is disposed.</summary>
    public NotebookProcess()
    {
        // A terminal sends Ctrl-C to the children too, which ignore it.
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        _ = StopWithParentAsync();
    }

    /// <summary>Cancelled once the user has asked to stop.</summary>
    public CancellationToken Stopping => _stop.Token;

    /// <summary>Starts a child and waits for it. May be called again while another child runs, if both have a log.</summary>
    /// <param name="notebook">What it runs.</param>
    /// <param name="output">The executed copy that it writes.</param>
    /// <param name="parameters">Values for variables of the notebook's parameters cell.</param>
    /// <param name="limits">How long things may take.</param>
    /// <param name="log">Takes the child's lines of output, or null for the terminal.</param>
    /// <param name="errors">Takes the child's lines of errors; null is the log or, without one, the terminal.</param>
    /// <returns>The exit code of the run, as the child reported it: if it ended without a report, the run has failed.</returns>
    /// <exception cref="IOException">The log could not be written; the child has ended.</exception>
    public async Task<int> RunAsync(
        Notebook notebook, string output, IReadOnlyList<Parameter> parameters, RunLimits limits, TextWriter? log = null, TextWriter? errors = null)
    {
        var start = ThisProgram();
        start.RedirectStandardInput = true;
        start.Environment.TryAdd(QuickStart.Name, QuickStart.Value);
        start.RedirectStandardOutput = start.RedirectStandardError = log is not null;
        string report = Path.GetTempFileName();
        string[] arguments =
        [
            NotebookChild.Command, notebook.Path, "--to", output, "--report", report, "--grace", Seconds(limits.Grace),
            .. limits.Cell is { } cell ? ["--cell-timeout", Seconds(cell)] : Array.Empty<string>(),
            .. parameters.SelectMany(parameter => new[] { "--parameter", parameter.ToString() }),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start) ?? throw new InvalidOperationException("The program cannot start itself.");
        lock (_gate)
        {
            _children.Add(child, report);
            if (_stop.IsCancellationRequested)
            {
                child.StandardInput.Close();
            }
        }
        try
        {
            await Task.WhenAll(child.WaitForExitAsync(), log is null ? Task.CompletedTask : CopyOutputAsync(child, log, errors ?? log));
            var end = RunReport.Read(report);
            if (end.ExitCode is { } exitCode)
            {
                return exitCode;
            }
            if (log is null && LiveLines.CanBeShownOn(AnsiConsole.Console))
            {
                // The child had hidden the cursor, and has left its display behind.
                AnsiConsole.Cursor.Show();
                AnsiConsole.WriteLine();
            }
            var error = ProcessDeath.Describe(child.ExitCode);
            string place = end.Cell is { } cellPlace ? string.Create(CultureInfo.InvariantCulture, $", cell {cellPlace.Number} ({cellPlace.Title})") : "";
            await (errors ?? log ?? HostConsole.Error).WriteLineAsync(Printable.Line($"error: {notebook.Path}{place}: {error.Message}"));
            if (end.Cell is not null)
            {
                ProcessDeath.Record(output, end, error);
                await (errors ?? log ?? HostConsole.Error).WriteLineAsync($"Executed so far: {output}");
            }
            return NotebookResult.Failed;
        }
        finally
        {
            lock (_gate)
            {
                _children.Remove(child);
            }
            File.Delete(report);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }
        _interrupt.Dispose();
        _terminate.Dispose();
        _stop.Dispose();
    }

    private static Task CopyOutputAsync(Process child, TextWriter log, TextWriter errors)
    {
        var shared = TextWriter.Synchronized(log);
        return Task.WhenAll(CopyAsync(child.StandardOutput, shared), CopyAsync(child.StandardError, errors == log ? shared : TextWriter.Synchronized(errors)));
    }

    private static async Task CopyAsync(StreamReader from, TextWriter to)
    {
        // Closed even if the log cannot be written, or the child would wait for a reader forever.
        using (from)
        {
            while (await from.ReadLineAsync() is { } line)
            {
                await to.WriteLineAsync(line);
            }
        }
    }

    private void OnSignal(PosixSignalContext signal)
    {
        signal.Cancel = true;
        lock (_gate)
        {
            if (_stop.IsCancellationRequested)
            {
                foreach ((var child, string report) in _children)
                {
                    child.Kill();
                    File.Delete(report);
                }
                // A child had hidden it for its display.
                AnsiConsole.Cursor.Show();
                Environment.Exit(NotebookResult.Interrupted);
            }
            Stop();
        }
    }

    private async Task StopWithParentAsync()
    {
        if (await ParentProcess.DotnetRunHasEndedAsync())
        {
            lock (_gate)
            {
                if (!_disposed && !_stop.IsCancellationRequested)
                {
                    Stop();
                }
            }
        }
    }

    private void Stop()
    {
        _stop.Cancel();
        foreach (var child in _children.Keys)
        {
            child.StandardInput.Close();
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
