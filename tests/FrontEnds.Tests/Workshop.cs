using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace FrontEnds.Tests;

/// <summary>
/// A copy of the notebooks in a folder laid out like the repository, and a Jupyter that knows nothing but the kernel under test.
/// What is started here is ended with it.
/// </summary>
internal sealed class Workshop : IDisposable
{
    private static readonly string _repository = FindRepository();

    /// <summary>The repository itself.</summary>
    public static string Repository => _repository;

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _running = [];

    public Workshop()
    {
        foreach (string name in new[] { "lib", "data" })
        {
            Directory.CreateSymbolicLink(_folder[name], Path.Combine(_repository, name));
        }
        _folder.Write("notebooks/setup.csx", File.ReadAllText(Path.Combine(_repository, "notebooks/setup.csx")));
    }

    /// <summary>The folder that stands for the repository.</summary>
    public string Folder => _folder.Path;

    /// <summary>Installs the kernel under the name for which the notebooks ask.</summary>
    public Task InstallKernelAsync() => RunAsync(
        Path.Combine(_repository, "lib/Workbook/bin", OperatingSystem.IsWindows() ? "Workbook.exe" : "Workbook"),
        "kernel", "install", "--name", ".net-csharp", "--prefix", Folder);

    /// <summary>Copies a notebook without its outputs, with assignments after its parameters.</summary>
    /// <returns>The cells.</returns>
    public JsonArray Copy(string name, string assignments)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(_repository, "notebooks", name)))!;
        var cells = notebook["cells"]!.AsArray();
        foreach (var cell in cells.Where(IsCode))
        {
            cell!["outputs"] = new JsonArray();
            cell["execution_count"] = null;
        }
        var parameters = cells.Single(cell => cell!["metadata"]!["tags"] is JsonArray tags && tags.Any(tag => (string?)tag == "parameters"))!;
        parameters["source"] = Source(parameters) + "\n" + assignments;
        _folder.Write($"notebooks/{name}", notebook.ToJsonString());
        return cells;
    }

    public static bool IsCode(JsonNode? cell) => (string?)cell!["cell_type"] == "code";

    public static string Source(JsonNode? cell) =>
        cell!["source"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)cell["source"]!;

    /// <summary>Runs a program to its end, which has to be a good one and to come within five minutes.</summary>
    /// <returns>What it wrote.</returns>
    public Task<string> RunAsync(string program, params string[] arguments) => RunAsync(program, [], arguments);

    /// <summary>Runs a program as above, in an environment of its own.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(string program, (string Name, string Value)[] environment, params string[] arguments)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        (var process, var lines) = Start(program, environment, arguments);
        await process.WaitForExitAsync(patience.Token);
        string output = string.Join('\n', lines);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>Starts a program that runs until it ends by itself or with this.</summary>
    /// <returns>The process, and the lines that it writes.</returns>
    public (Process Process, ConcurrentQueue<string> Lines) Start(string program, (string Name, string Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Neither settings nor digits of whoever runs the tests.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("JUPYTER_", StringComparison.Ordinal)).Append("MNIST_DIR").ToArray())
        {
            start.Environment.Remove(name);
        }
        (string, string)[] own = [("HOME", _folder["home"]), ("XDG_DATA_HOME", _folder["home/data"]), ("JUPYTER_PATH", _folder["share/jupyter"])];
        foreach ((string name, string value) in own.Concat(environment))
        {
            start.Environment[name] = value;
        }
        Directory.CreateDirectory(_folder["home"]);
        var lines = new ConcurrentQueue<string>();
        var process = Process.Start(start)!;
        _running.Add(process);
        process.StandardInput.Close();
        void Keep(object sender, DataReceivedEventArgs line)
        {
            if (line.Data is { } text)
            {
                lines.Enqueue(text);
            }
        }
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, lines);
    }

    public void Dispose()
    {
        foreach (var process in _running)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        _folder.Dispose();
    }

    private static string FindRepository()
    {
        string? folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "VadeWorkbook.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not in the repository.");
        }
        return folder;
    }
}
