using System.Diagnostics;
using Xunit;

namespace Workbook.Tests.Sweeping;

[Collection(nameof(SweepCommandTests))]
[Trait("Speed", "slow")]
public sealed class SweepCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AListIsPrintedAndNothingRuns()
    {
        (int exitCode, string output, string error) = await Run("--list");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Equal("""
            1	tiny-1	-p seed=1 -p runName=tiny-1
            2	tiny-2	-p seed=2 -p runName=tiny-2
            3	tiny-3	-p seed=3 -p runName=tiny-3

            """.ReplaceLineEndings(), output);
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public async Task OneTaskRunsAsANotebookDoes()
    {
        (int exitCode, string output, string error) = await Run("--task", "3");
        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("seed 3 of tiny-3", output, StringComparison.Ordinal);
        Assert.Equal(["tiny-3.ipynb"], Files("runs/notebooks"));
        Assert.Equal(1, (await Run("--task", "2")).ExitCode);
    }

    [Theory]
    [InlineData("--task was given '0', expected the number of a task, a whole number from 1.", "--task", "0")]
    [InlineData("There is no task 4: the sweep's tasks are numbered from 1 to 3.", "--task", "4")]
    [InlineData("--jobs, --list and --task exclude each other.", "--task", "1", "--list")]
    [InlineData("--jobs was given '0', expected a whole number from 1 to ", "--jobs", "0")]
    public async Task WhatCannotBeRunIsRefused(string message, params string[] arguments)
    {
        (int exitCode, _, string error) = await Run(arguments);
        Assert.Equal(1, exitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["runs"]));
    }

    [Fact]
    public async Task ATaskThatFailsDoesNotStopTheOthers()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "Runs two at a time.");
        (int exitCode, string output, _) = await Run("--jobs", "2", "--output", "out");
        Assert.Equal(1, exitCode);
        Assert.Equal(["tiny-1.ipynb", "tiny-1.log", "tiny-2.ipynb", "tiny-2.log", "tiny-3.ipynb", "tiny-3.log"], Files("out"));
        Assert.Contains("seed 1 of tiny-1", File.ReadAllText(_folder["out/tiny-1.log"]), StringComparison.Ordinal);
        Assert.Contains("line 3: odd", File.ReadAllText(_folder["out/tiny-2.log"]), StringComparison.Ordinal);
        Assert.Contains("\"evalue\": \"odd\"", File.ReadAllText(_folder["out/tiny-2.ipynb"]), StringComparison.Ordinal);
        Assert.Contains("seed 3 of tiny-3", File.ReadAllText(_folder["out/tiny-3.ipynb"]), StringComparison.Ordinal);
        Assert.Contains("[1/3] tiny-1 started", output, StringComparison.Ordinal);
        Assert.Contains("[2/3] tiny-2 failed after 0:", output, StringComparison.Ordinal);
        Assert.Contains("[3/3] tiny-3 succeeded after 0:", output, StringComparison.Ordinal);
        Assert.Contains("3 tasks: 2 succeeded, 1 failed", output, StringComparison.Ordinal);
        Assert.Contains($"  tiny-2 failed: {_folder["out/tiny-2.log"]}", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALogOrNotebookThatIsALinkIsReplacedAndNotWhereItLeads()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links asks for rights there.");
        string mine = _folder.Write("mine.txt", "the user's"), other = _folder.Write("other.txt", "the user's, too");
        Directory.CreateDirectory(_folder["out"]);
        File.CreateSymbolicLink(_folder["out/tiny-1.log"], mine);
        File.CreateSymbolicLink(_folder["out/tiny-1.ipynb"], mine);
        using (var link = Process.Start("ln", [other, _folder["out/tiny-3.log"]]))
        {
            await link.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        await Sweep(SeedTwoFails, "seed=1,3", "--output", "out");
        Assert.Equal(("the user's", "the user's, too"), (File.ReadAllText(mine), File.ReadAllText(other)));
        Assert.Contains("seed 1 of tiny-1", File.ReadAllText(_folder["out/tiny-1.log"]), StringComparison.Ordinal);
        Assert.Contains("seed 3 of tiny-3", File.ReadAllText(_folder["out/tiny-3.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ATaskWhoseProcessExitsHasFailed()
    {
        string exits = NotebookText.Of(NotebookText.Code("var seed = 1;", "parameters"), NotebookText.Code("if (seed == 2) Environment.Exit(0);"));
        (int exitCode, string output, _) = await Sweep(exits, "seed=2..3", "--output", "out");
        Assert.Equal(1, exitCode);
        Assert.Contains("2 tasks: 1 failed, 1 succeeded", output, StringComparison.Ordinal);
        Assert.Contains("ended unexpectedly", File.ReadAllText(_folder["out/tiny-2.log"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TasksSideBySideShareTheProcessors()
    {
        Assert.SkipUnless(Environment.ProcessorCount > 1, "Runs two at a time.");
        string threads = NotebookText.Of(NotebookText.Code("var seed = 1;", "parameters"),
            NotebookText.Code("Console.WriteLine($\"threads {Environment.GetEnvironmentVariable(\"OMP_NUM_THREADS\") ?? \"all\"}.\");"));
        foreach ((string jobs, string expected) in new[] { ("1", "all"), ("2", $"{Environment.ProcessorCount / 2}") })
        {
            Assert.Equal(0, (await Sweep(threads, $"seed=1..{jobs}", "--jobs", jobs)).ExitCode);
            Assert.Contains($"threads {expected}.", File.ReadAllText(_folder["runs/notebooks/tiny-1.log"]), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1, "DeepClustering.Hosting.Interruption.Token.WaitHandle.WaitOne(); DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();")]
    [InlineData(2, "System.Threading.Thread.Sleep(-1);")]
    public async Task ASignalStopsTheRunningTaskAndASecondOneKillsIt(int signals, string wait)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sends signals by coreutils.");
        string waiting = NotebookText.Of(NotebookText.Code("var seed = 1;", "parameters"),
            NotebookText.Code($"#r \"{Path.Combine(AppContext.BaseDirectory, "DeepClustering.dll")}\"\n" +
                $"System.IO.File.WriteAllText(\"running\", $\"{{Environment.ProcessId}}\");\n{wait}"));
        _folder.Write("notebooks/tiny.ipynb", waiting);
        using var process = BuiltProgram.Start(_folder.Path, "sweep", "notebooks/tiny.ipynb", "--over", "seed=1..3", "--grace", "60");
        while (!File.Exists(_folder["notebooks/running"]) || File.ReadAllText(_folder["notebooks/running"]).Length == 0)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        await BuiltProgram.Signal(process, "INT");
        string output = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) + "\n"
            + await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.Equal("[1/3] tiny-1 started\nstopping… (once more kills the running tasks)", output);
        if (signals == 2)
        {
            await BuiltProgram.Signal(process, "INT");
        }
        output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        string task = await File.ReadAllTextAsync(_folder["notebooks/running"], TestContext.Current.CancellationToken);
        while (IsRunning(task))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        Assert.Equal(["tiny-1.ipynb", "tiny-1.log"], Files("runs/notebooks"));
        if (signals == 1)
        {
            Assert.Contains("3 tasks: 1 interrupted, 2 not started", output, StringComparison.Ordinal);
            Assert.Contains("\"ename\": \"Interrupted\"", File.ReadAllText(_folder["runs/notebooks/tiny-1.ipynb"]), StringComparison.Ordinal);
        }
    }

    // A killed process may stay in the table, as a zombie (Z), until it is reaped.
    private static bool IsRunning(string process)
    {
        try
        {
            return !File.ReadAllText($"/proc/{process}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    private IEnumerable<string?> Files(string folder) => Directory.EnumerateFiles(_folder[folder]).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static string SeedTwoFails => NotebookText.Of(
        NotebookText.Code("var seed = 1; var runName = \"tiny\";", "parameters"),
        NotebookText.Code("Console.WriteLine($\"seed {seed} of {runName}\");\nif (seed % 2 == 0)\n    throw new Exception(\"odd\");"));

    /// <summary>Three tasks, the second of which fails.</summary>
    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => Sweep(SeedTwoFails, "seed=1..3", arguments);

    private Task<(int ExitCode, string Output, string Error)> Sweep(string notebook, string over, params string[] arguments)
    {
        _folder.Write("notebooks/tiny.ipynb", notebook);
        return BuiltProgram.Run(_folder.Path, ["sweep", "notebooks/tiny.ipynb", "--over", over, .. arguments]);
    }
}
