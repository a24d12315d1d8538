using System.Diagnostics;
using System.Globalization;
using DeepClustering.Storage;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Running;
using Workbook.Terminal;

namespace Workbook.Sweeping;

/// <summary>Lists the tasks of a sweep, runs one, or runs all on this machine.</summary>
/// <param name="notebook">The notebook that all tasks run.</param>
/// <param name="tasks">The whole sweep.</param>
/// <param name="folder">Where executed notebooks and logs go, as a full path.</param>
/// <param name="limits">How long things may take.</param>
internal sealed class SweepCommand(Notebook notebook, IReadOnlyList<SweepTask> tasks, string folder, RunLimits limits)
{
    private const string Threads = "OMP_NUM_THREADS";

    /// <summary>Prints a line for every task.</summary>
    /// <returns>The exit code.</returns>
    public int List()
    {
        foreach (var task in tasks)
        {
            Console.WriteLine(task);
        }
        return NotebookResult.Succeeded;
    }

    /// <summary>Runs one task, as <c>run</c> would.</summary>
    /// <param name="number">Its number, from 1.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="ParameterException">There is no such task.</exception>
    public Task<int> RunOneAsync(int number)
    {
        if (number < 1 || number > tasks.Count)
        {
            throw new ParameterException(FormattableString.Invariant(
                $"There is no task {number}: the sweep's tasks are numbered from 1 to {tasks.Count}."));
        }
        var task = tasks[number - 1];
        return RunCommand.RunAsync([notebook], [Executed(task)], [task.Parameters], limits);
    }

    /// <summary>Runs all tasks; one that fails does not stop the others.</summary>
    /// <param name="jobs">How many run at a time.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="IOException">An output cannot be written; nothing was run.</exception>
    public async Task<int> RunAllAsync(int jobs)
    {
        foreach (string path in tasks.Select(Executed).Concat(tasks.Select(Log)))
        {
            AtomicFile.EnsureWritable(path);
        }
        if (jobs > 1 && Environment.GetEnvironmentVariable(Threads) is null)
        {
            // Inherited by the tasks. With more threads than processors, OpenMP's waiting threads keep the working ones from theirs.
            Environment.SetEnvironmentVariable(Threads, (Environment.ProcessorCount / jobs).ToString(CultureInfo.InvariantCulture));
        }

        using var process = new NotebookProcess();
        using var stopping =
            process.Stopping.Register(() => Console.WriteLine("stopping… (once more kills the running tasks)"));
        int?[] exitCodes = new int?[tasks.Count];
        await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = jobs }, async (task, _) =>
        {
            if (!process.Stopping.IsCancellationRequested)
            {
                exitCodes[task.Number - 1] = await RunAsync(process, task);
            }
        });
        PrintSummary(exitCodes);
        return process.Stopping.IsCancellationRequested ? NotebookResult.Interrupted
            : exitCodes.Contains(NotebookResult.Failed) ? NotebookResult.Failed
            : NotebookResult.Succeeded;
    }

    private async Task<int> RunAsync(NotebookProcess process, SweepTask task)
    {
        string title = FormattableString.Invariant($"[{task.Number}/{tasks.Count}] {task.Name}");
        Console.WriteLine($"{title} started");
        var clock = Stopwatch.StartNew();
        int exitCode = NotebookResult.Failed;
        string problem = "";
        try
        {
            // What stands there may be a link, or another name of a file elsewhere.
            File.Delete(Log(task));
            using var log = new StreamWriter(Log(task)) { AutoFlush = true };
            exitCode = await process.RunAsync(notebook, Executed(task), task.Parameters, limits, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = Printable.Line($": {e.Message}");
        }
        Console.WriteLine($"{title} {Outcome(exitCode)} after {Elapsed.Format(clock.Elapsed)}{problem}");
        return exitCode;
    }

    private void PrintSummary(int?[] exitCodes)
    {
        var counts = exitCodes.GroupBy(Outcome)
            .Select(same => string.Create(CultureInfo.InvariantCulture, $"{same.Count()} {same.Key}"));
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{tasks.Count} tasks: {string.Join(", ", counts)}"));
        foreach (var task in tasks.Where(task => exitCodes[task.Number - 1] == NotebookResult.Failed))
        {
            Console.WriteLine($"  {task.Name} failed: {Log(task)}");
        }
        Console.WriteLine($"Executed notebooks and logs: {folder}");
    }

    private static string Outcome(int? exitCode) => exitCode switch
    {
        NotebookResult.Succeeded => "succeeded",
        NotebookResult.Interrupted => "interrupted",
        null => "not started",
        _ => "failed",
    };

    private string Executed(SweepTask task) => Path.Combine(folder, task.Name + ".ipynb");

    private string Log(SweepTask task) => Path.Combine(folder, task.Name + ".log");
}
