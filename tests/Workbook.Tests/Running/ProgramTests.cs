using System.Diagnostics;
using Xunit;

namespace Workbook.Tests.Running;

/// <summary>The built program, as a user starts it.</summary>
[Collection(nameof(ProgramTests))]
[Trait("Speed", "slow")]
public sealed class ProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheMainJobRunsThreeNotebooksAndPrintsTheirSummary()
    {
        foreach (string trained in new[] { "vae", "vade" })
        {
            Write(trained, NotebookText.Code("var epochs = 100;", "parameters"),
                NotebookText.Code($"System.IO.File.WriteAllText(\"{trained}\", $\"{trained} {{epochs}}\"); Console.WriteLine(\"{trained} done\");"));
        }
        Write("analysis", NotebookText.Code("""Console.WriteLine("found " + System.IO.File.ReadAllText("vae") + ", " + System.IO.File.ReadAllText("vade"));"""),
            NotebookText.Code("""Console.WriteLine("W^X " + Environment.GetEnvironmentVariable("DOTNET_EnableWriteXorExecute"));"""),
            NotebookText.Code("\"Table 1\\nACC 0.9\"", "summary"));
        (int exitCode, string output, string error) = await Run("-p", "epochs=2");
        Assert.True(exitCode == 0, error);
        // The first two may run at the same time, and then tell who writes.
        Assert.Matches(@"(?m)^(vae  )? +vae done\r?$", output);
        Assert.Matches(@"(?m)^(vade  )? +vade done\r?$", output);
        Assert.Contains("found vae 2, vade 2", output, StringComparison.Ordinal);
        Assert.Contains("W^X 0", output, StringComparison.Ordinal);
        Assert.Contains("\nTable 1\nACC 0.9\n", output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(["analysis.ipynb", "vade.ipynb", "vae.ipynb"],
            Directory.EnumerateFiles(_folder["runs/notebooks"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task AnErrorInOneOfTheMainJobsTrainingsLeavesTheOtherButNotTheAnalysis()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "With one processor nothing runs at the same time.");
        string bad = Write("vae", NotebookText.Code("missing();"));
        Write("vade", NotebookText.Code("System.Threading.Thread.Sleep(3000);"), NotebookText.Code("System.IO.File.WriteAllText(\"vade\", \"\");"));
        Write("analysis", NotebookText.Code("1"));
        (int exitCode, string output, string error) = await Run();
        Assert.Equal(1, exitCode);
        Assert.Contains($"error: {bad}, cell 1", error, StringComparison.Ordinal);
        Assert.DoesNotContain("error:", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["notebooks/vade"]), output);
        Assert.Equal(["vade.ipynb", "vae.ipynb"], Directory.EnumerateFiles(_folder["runs/notebooks"]).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task AnErrorNamesNotebookCellAndLineAndNothingMoreIsRun()
    {
        string bad = Write("bad", NotebookText.Markdown("## Training"), NotebookText.Code("1"), NotebookText.Code("var a = 1;\nmissing();"));
        string next = Write("next", NotebookText.Code("1"));
        (int exitCode, _, string error) = await Run("run", bad, next, "--output", "elsewhere");
        Assert.Equal(1, exitCode);
        Assert.Contains($"error: {bad}, cell 2 (Training), line 2: CS0103", error, StringComparison.Ordinal);
        Assert.Equal(["bad.ipynb"], Directory.EnumerateFiles(_folder["elsewhere"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task InPlaceWritesOverTheNotebook()
    {
        string path = Write("same", NotebookText.Code("\"result\""));
        Assert.Equal(0, (await Run("run", path, "--in-place")).ExitCode);
        Assert.Contains("\"execution_count\": 1", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClusterRunsTheNotebookForOwnDataWithWhatWasAskedFor()
    {
        Write("your-data",
            NotebookText.Code("var data = \"\"; var labels = \"\"; var id = \"\"; var clusters = 0; var runName = \"\"; var restart = false; var results = \"\"; var sortImages = false; var effort = 1.0;", "parameters"),
            NotebookText.Code("$\"{data}|{labels}|{id}|{clusters}|{runName}|{restart}|{results}|{sortImages}|{effort}\"", "summary"));
        File.WriteAllText(_folder["flowers.v2.csv"], "a,b\n1,2\n");
        (int exitCode, string output, string error) = await Run("cluster", "flowers.v2.csv", "--clusters", "3", "--labels", "b", "--output", "out", "-p", "effort=0.5");
        Assert.True(exitCode == 0, error);
        Assert.Contains($"{_folder["flowers.v2.csv"]}|b||3|flowers|False|{_folder["out"]}|False|0.5", output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["runs/notebooks/flowers.ipynb"]));

        Assert.Contains("There is no file or folder", await Fails("cluster", "nothing.csv"), StringComparison.Ordinal);
        Assert.Contains("a whole number from 1", await Fails("cluster", "flowers.v2.csv", "--clusters", "0"), StringComparison.Ordinal);
        Assert.Contains("--sort-images needs --output", await Fails("cluster", "flowers.v2.csv", "--sort-images"), StringComparison.Ordinal);
        Assert.Contains("and no earlier results", await Fails("cluster", "flowers.v2.csv", "--output", "notebooks"), StringComparison.Ordinal);
        Assert.Contains("cannot be a run's name", await Fails("cluster", "flowers.v2.csv", "--name", "a/b"), StringComparison.Ordinal);
        Assert.Contains("There is no run in", await Fails("assign", "runs/none", "flowers.v2.csv", "--output", "new.csv"), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder["new.csv"]));
    }

    [Fact]
    public async Task ALimitOnMemoryIsNamedWithTheCell()
    {
        string path = Write("memory", NotebookText.Code("\"kept\""), NotebookText.Code("var much = new byte[1_000_000_000];"));
        (int exitCode, _, string error) = await BuiltProgram.Run(_folder.Path, [("DOTNET_GCHeapHardLimit", "0x10000000")], "run", path, "--output", "out");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{path}, cell 2", error, StringComparison.Ordinal);
        Assert.Contains("OutOfMemoryException", error, StringComparison.Ordinal);
        Assert.Contains("kept", File.ReadAllText(_folder["out/memory.ipynb"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatCannotBeRunIsRefused()
    {
        string path = Write("a", NotebookText.Code("var epochs = 1;", "parameters"));
        Assert.Contains("does not exist", (await Fails("run", "nowhere.ipynb")), StringComparison.Ordinal);
        Assert.Contains("vae.ipynb does not exist", (await Fails()), StringComparison.Ordinal);
        Assert.Contains("There is: a:epochs", await Fails("run", path, "-p", "seed=1"), StringComparison.Ordinal);
        Assert.Contains("use --in-place", await Fails("run", path, "--output", Path.GetDirectoryName(path)!), StringComparison.Ordinal);
        Assert.Contains("exclude each other", await Fails("run", path, "--output", "x", "--in-place"), StringComparison.Ordinal);
        Assert.Contains("number of seconds", await Fails("run", path, "--cell-timeout", "-1"), StringComparison.Ordinal);
        Assert.Contains("--cell-timeout was given '10s', expected", await Fails("run", path, "--cell-timeout", "10s"), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            string before = File.ReadAllText(path);
            Directory.CreateSymbolicLink(_folder["link"], Path.GetDirectoryName(path)!);
            Assert.Contains("use --in-place", await Fails("run", path, "--output", "link"), StringComparison.Ordinal);
            Assert.Equal(before, File.ReadAllText(path));
        }
    }

    [Theory]
    [InlineData("INT", true, "was interrupted.")]
    [InlineData("TERM", true, "was interrupted.")]
    [InlineData("INT", false, "and was abandoned.")]
    public async Task ASignalStopsTheRunWithWhatThereIs(string signal, bool heeded, string message)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Sends signals by coreutils.");
        string wait = heeded
            ? "DeepClustering.Hosting.Interruption.Token.WaitHandle.WaitOne(); DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();"
            : "System.Threading.Thread.Sleep(60000);";
        string path = Write("long", NotebookText.Code("var first = 1; \"kept\""),
            NotebookText.Code($"#r \"{Path.Combine(AppContext.BaseDirectory, "DeepClustering.dll")}\"\nConsole.WriteLine(\"epoch 1\");\n{wait}"),
            NotebookText.Code("\"never\""));
        using var process = Start("run", path, "--output", "out", "--grace", heeded ? "60" : "0.1");
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("epoch 1", StringComparison.Ordinal))
        {
        }
        await BuiltProgram.Signal(process, signal);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Contains(message, error, StringComparison.Ordinal);
        string executed = File.ReadAllText(_folder["out/long.ipynb"]);
        Assert.Contains("kept", executed, StringComparison.Ordinal);
        Assert.Contains("\"epoch 1\\n\"", executed, StringComparison.Ordinal);
        Assert.Contains("\"ename\": \"Interrupted\"", executed, StringComparison.Ordinal);
        Assert.Equal(2, executed.Split("\"execution_count\": null").Length);
    }

    [Theory]
    [InlineData("Environment.Exit(0);", "exit code 0: the code of a cell")]
    [InlineData("Environment.Exit(1);", "exit code 1: the code of a cell")]
    [InlineData("Environment.Exit(130);", "exit code 130)")]
    [InlineData("var t = new System.Threading.Thread(() => Environment.Exit(0)); t.Start(); t.Join();", "or a thread of it")]
    [InlineData("Environment.FailFast(\"native code would\");", "Environment.FailFast")]
    // What the system does to the process of a container whose memory has a limit.
    [InlineData("System.Diagnostics.Process.GetCurrentProcess().Kill(); System.Threading.Thread.Sleep(-1);", "because memory ran out")]
    public async Task ARunWhoseProcessEndsBeforeItHasFailed(string end, string cause)
    {
        const string Forged = "Console.WriteLine(\"{\\\"exitCode\\\":0}\"); Console.Error.WriteLine(\"{\\\"exitCode\\\":0}\");\n";
        string path = Write("crash", NotebookText.Code("\"kept\""),
            NotebookText.Code($"Console.WriteLine(\"before\"); display(\"shown\");\n{Forged}{end}"), NotebookText.Code("\"new\"", "summary"));
        _folder.Write("out/crash.ipynb", NotebookText.Of(NotebookText.Code("\"old summary\"", "summary")));
        (int exitCode, string output, string error) = await Run("run", path, "--output", "out");
        Assert.Equal(1, exitCode);
        Assert.Contains($"{path}, cell 2 (Console.WriteLine(\"before\")", error, StringComparison.Ordinal);
        Assert.Contains("ended unexpectedly, before the notebook's end", error, StringComparison.Ordinal);
        Assert.Contains(cause, error, StringComparison.Ordinal);
        Assert.DoesNotContain("Executed notebooks", output, StringComparison.Ordinal);
        string executed = File.ReadAllText(_folder["out/crash.ipynb"]);
        foreach (string shown in new[] { "kept", "before\\n", "\"shown\"", "\"ename\": \"ProcessEnded\"" })
        {
            Assert.Contains(shown, executed, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("old summary", executed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheDeathOfDotnetRunStopsWhatItStarted()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the system does it, or does not tell.");
        string path = Write("long", NotebookText.Code($"""
            #r "{Path.Combine(AppContext.BaseDirectory, "DeepClustering.dll")}"
            System.IO.File.WriteAllText("running", "");
            DeepClustering.Hosting.Interruption.Token.WaitHandle.WaitOne();
            DeepClustering.Hosting.Interruption.Token.ThrowIfCancellationRequested();
            """));
        // A shell that goes by the name of dotnet and was told to run.
        var start = new ProcessStartInfo("bash", ["-c", "exec -a dotnet bash -c '\"$0\" run \"$2\" --output out --grace 60; true' \"$0\" run \"$1\"", BuiltProgram.Path, path])
        {
            WorkingDirectory = _folder.Path,
        };
        using var parent = Process.Start(start)!;
        while (!File.Exists(_folder["notebooks/running"]))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
        parent.Kill();
        string executed = _folder["out/long.ipynb"];
        while (!File.ReadAllText(executed).Contains("\"ename\": \"Interrupted\"", StringComparison.Ordinal))
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("1 thread.", "GOMP_SPINCOUNT = '20000'", "DOTNET_PROCESSOR_COUNT=1")]
    [InlineData("2 threads.", "GOMP_SPINCOUNT = '7'", "DOTNET_PROCESSOR_COUNT=1", "OMP_NUM_THREADS=2", "GOMP_SPINCOUNT=7")]
    public async Task TorchsThreadsKeepToTheLimitAndSpinShortlyUnlessToldOtherwise(string threads, string spin, params string[] variables)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.ProcessorCount > 1, "It is GNU's OpenMP, and more than one processor.");
        string library = Path.Combine(AppContext.BaseDirectory, "TorchSharp.dll");
        string path = Write("threads", NotebookText.Code($"#r \"{library}\"\nvar n = TorchSharp.torch.get_num_threads();\nConsole.WriteLine($\"{{n}} thread{{(n == 1 ? \"\" : \"s\")}}.\");"));
        var start = new ProcessStartInfo("env",
            ["-u", "OMP_NUM_THREADS", "-u", "OMP_WAIT_POLICY", "-u", "GOMP_SPINCOUNT", "-u", "MKL_NUM_THREADS", "OMP_DISPLAY_ENV=verbose", .. variables, BuiltProgram.Path, "run", path, "--output", "out"])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains(threads, output, StringComparison.Ordinal);
        Assert.Contains(spin, await error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AWorkingFolderThatWasDeletedIsSaidToBeGone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The working folder cannot be deleted there.");
        var start = new ProcessStartInfo("sh", ["-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" run x.ipynb", BuiltProgram.Path])
        {
            WorkingDirectory = _folder.Path,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "error: The working folder is there no more: it was deleted after this shell had gone into it."), (process.ExitCode, error.Trim()));
    }

    [Fact]
    public async Task EscapeSequencesOfANameStayOutOfTheTerminal()
    {
        string error = await Fails("run", "\e[2J\e]0;title\a.ipynb");
        Assert.DoesNotContain(error.TrimEnd(), char.IsControl);
        Assert.Contains("does not exist", error, StringComparison.Ordinal);
    }

    private string Write(string name, params System.Text.Json.Nodes.JsonObject[] cells) =>
        _folder.Write($"notebooks/{name}.ipynb", NotebookText.Of(cells));

    private async Task<string> Fails(params string[] arguments)
    {
        (int exitCode, _, string error) = await Run(arguments);
        Assert.Equal(1, exitCode);
        return error;
    }

    private Task<(int ExitCode, string Output, string Error)> Run(params string[] arguments) => BuiltProgram.Run(_folder.Path, arguments);

    private Process Start(params string[] arguments) => BuiltProgram.Start(_folder.Path, arguments);
}
