using System.Diagnostics;
using System.Text.Json.Nodes;
using Workbook.Notebooks;
using Workbook.Parameters;
using Workbook.Running;
using Xunit;

namespace Workbook.Tests.Running;

public sealed class NotebookRunnerTests : IDisposable
{
    private static readonly RunLimits _limits = new(null, TimeSpan.FromSeconds(10));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CellsRunInOrderInOneSessionInTheNotebooksFolder()
    {
        _folder.Write("notebooks/data.txt", "from the notebook's folder");
        (var result, var cells) = await Run(NotebookText.Of(
            NotebookText.Markdown("# Title"),
            NotebookText.Code("var text = System.IO.File.ReadAllText(\"data.txt\");"),
            NotebookText.Code("  \n"),
            NotebookText.Code("Console.WriteLine(\"a\"); display(\"b\"); Console.WriteLine(\"c\"); text"),
            NotebookText.Code("HTML(\"<b>ü</b>\")")));
        Assert.Equal(NotebookResult.Succeeded, result.ExitCode);
        Assert.Equal([null, 1, null, 2, 3], cells.Select(cell => (int?)cell!["execution_count"]));
        Assert.Equal(["stream", "display_data", "stream", "execute_result"], Outputs(cells[3]).Select(output => (string?)output!["output_type"]));
        Assert.Equal("from the notebook's folder", (string?)Outputs(cells[3])[3]!["data"]!["text/plain"]![0]);
        Assert.Equal(2, (int?)Outputs(cells[3])[3]!["execution_count"]);
        Assert.Equal("<b>ü</b>", (string?)Outputs(cells[4])[0]!["data"]!["text/html"]![0]);
        Assert.Contains("<b>ü</b>", File.ReadAllText(_folder["out/test.ipynb"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFailureIsWrittenAndEndsTheRun()
    {
        (var result, var cells) = await Run(NotebookText.Of(
            NotebookText.Code("1"), NotebookText.Code("Console.Write(\"before\");\nthrow new Exception(\"boo\");"), NotebookText.Code("3")));
        Assert.Equal((NotebookResult.Failed, 2, 2), (result.ExitCode, result.Cell!.Number, result.Error!.Line));
        Assert.Equal(["stream", "error"], Outputs(cells[1]).Select(output => (string?)output!["output_type"]));
        Assert.Equal(("System.Exception", "boo"), ((string?)Outputs(cells[1])[1]!["ename"], (string?)Outputs(cells[1])[1]!["evalue"]));
        Assert.Empty(Outputs(cells[2]));
        Assert.Null(cells[2]!["execution_count"]);
    }

    [Fact]
    public async Task NbclientsTagsLetACellFailAndLeaveACellOut()
    {
        (var result, var cells) = await Run(NotebookText.Of(
            NotebookText.Code("throw new Exception(\"meant\");", "raises-exception"), NotebookText.Code("Environment.Exit(1);", "skip-execution"),
            NotebookText.Code("\"three\"", "remove-input", "remove-cell")));
        Assert.Equal((NotebookResult.Succeeded, 2, 2), (result.ExitCode, result.Cell!.Number, result.Cell.Count));
        Assert.Equal("meant", (string?)Outputs(cells[0])[0]!["evalue"]);
        Assert.Empty(Outputs(cells[1]));
        Assert.Equal("three", (string?)Outputs(cells[2])[0]!["data"]!["text/plain"]![0]);
        Assert.Equal(3, cells.Count);
    }

    [Fact]
    public async Task IdsOfCellsAreUnique()
    {
        JsonObject[] cells = [NotebookText.Code("1"), NotebookText.Code("2"), NotebookText.Code("var n = 1;", "parameters"), NotebookText.Code("3"), NotebookText.Code("4")];
        cells[0]["id"] = "cell-2";
        cells[1].Remove("id");
        cells[2]["id"] = "injected-parameters";
        cells[3]["id"] = "cell-2";
        cells[4]["id"] = "not allowed: ü";
        (_, var executed) = await Run(NotebookText.Of(cells), [new(null, "n", "2")]);
        Assert.Equal(["cell-2", "cell-2-2", "injected-parameters", "injected-parameters-2", "cell-4", "cell-5"], executed.Select(cell => (string?)cell!["id"]));
    }

    [Fact]
    public async Task ParametersAreInjectedAndReplacedOnTheNextRun()
    {
        string text = NotebookText.Of(
            NotebookText.Code("var epochs = 100; double? rate = null; var name = \"vae\"; var on = false; var big = 1L;", "parameters"),
            NotebookText.Code("string.Create(System.Globalization.CultureInfo.InvariantCulture, $\"{epochs} {rate} {name} {on} {big}\")"));
        Parameter[] first = [new(null, "epochs", "3"), new(null, "rate", "1e-3"), new(null, "name", "a\"ü"), new(null, "on", "true"), new(null, "big", "7")];
        (_, var cells) = await Run(text, first);
        Assert.Equal("3 0.001 a\"ü True 7", (string?)Outputs(cells[2])[0]!["data"]!["text/plain"]![0]);
        Assert.Equal("injected-parameters", (string?)cells[1]!["metadata"]!["tags"]![0]);
        Assert.Equal(["// Parameters\n", "epochs = 3;\n", "rate = 0.001;\n", "name = \"a\\\"ü\";\n", "on = true;\n", "big = 7L;"],
            cells[1]!["source"]!.AsArray().Select(line => (string?)line));

        (_, cells) = await Run(File.ReadAllText(_folder["out/test.ipynb"]), [new(null, "epochs", "4")]);
        Assert.Equal(3, cells.Count);
        Assert.Equal("4  vae False 1", (string?)Outputs(cells[2])[0]!["data"]!["text/plain"]![0]);
    }

    [Fact]
    public async Task TheSameOutputsGiveTheSameFileAndJupyterAcceptsIt()
    {
        string text = NotebookText.Of(NotebookText.Code("var n = 1;", "parameters"),
            NotebookText.Code("Console.WriteLine(\"a\"); Console.Error.WriteLine(\"b\"); display(HTML(\"😀\")); \"{}\".DisplayAs(\"application/json\"); n"),
            NotebookText.Code("missing"));
        await Run(text, [new(null, "n", "2")]);
        string executed = File.ReadAllText(_folder["out/test.ipynb"]);
        await Run(executed, [new(null, "n", "2")]);
        Assert.Equal(executed, File.ReadAllText(_folder["out/test.ipynb"]));

        string? python = new[] { "/usr/bin/python3", "python3" }.FirstOrDefault(candidate => Exits(candidate, "import nbformat"));
        Assert.SkipWhen(python is null, "There is no Python with nbformat here.");
        string check = $"import nbformat; p = r'{_folder["out/test.ipynb"]}'; n = nbformat.read(p, 4); nbformat.validate(n); " +
            "assert open(p, encoding='utf-8').read().rstrip() == nbformat.writes(n).rstrip()";
        Assert.True(Exits(python, check), "nbformat does not accept the notebook, or would write it otherwise.");
    }

    [Fact]
    public async Task ATrainingIsALineAnEpoch()
    {
        (var result, var cells) = await Run(NotebookText.Of(
            NotebookText.Code(TrainingCell.Of(epochs: 2)), NotebookText.Code("foreach (var epoch in trainer.History) Console.WriteLine(epoch);")));
        Assert.Equal(NotebookResult.Succeeded, result.ExitCode);
        var lines = Assert.Single(Outputs(cells[0]))!;
        Assert.Equal("stream", (string?)lines["output_type"]);
        Assert.Equal(2, lines["text"]!.AsArray().Count);
        Assert.Equal(Outputs(cells[1])[0]!.ToJsonString(), lines.ToJsonString());
    }

    [Fact]
    public async Task ATimeLimitEndsACellWithAnError()
    {
        (var result, var cells) = await Run(
            NotebookText.Of(NotebookText.Code("Console.Write(\"a\");\nSystem.Threading.Thread.Sleep(30000);"), NotebookText.Code("2")),
            limits: new RunLimits(TimeSpan.FromSeconds(7.5), TimeSpan.FromMilliseconds(10)));
        Assert.Equal(NotebookResult.Failed, result.ExitCode);
        Assert.Equal("The cell did not end within 7.5 s (--cell-timeout). It did not stop within 0.01 s of being asked to, and was abandoned.",
            result.Error!.Message);
        Assert.Equal(["stream", "error"], Outputs(cells[0]).Select(output => (string?)output!["output_type"]));
    }

    [Fact]
    public async Task AnOutputThatCannotBeWrittenIsFoundBeforeAnyCellRuns()
    {
        var notebook = Notebook.Read(_folder.Write("notebooks/test.ipynb", NotebookText.Of(NotebookText.Code("System.IO.File.WriteAllText(\"ran\", \"\");"))));
        Directory.CreateDirectory(_folder["out/test.ipynb"]);
        await Assert.ThrowsAsync<IOException>(() => NotebookRunner.RunAsync(
            notebook, _folder["out/test.ipynb"], [], _limits, new SilentProgress(), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(_folder["notebooks/ran"]));
    }

    private async Task<(NotebookResult Result, JsonArray Cells)> Run(
        string text, Parameter[]? parameters = null, RunLimits? limits = null)
    {
        var notebook = Notebook.Read(_folder.Write("notebooks/test.ipynb", text));
        string output = _folder["out/test.ipynb"];
        string folder = Directory.GetCurrentDirectory();
        var result = await NotebookRunner.RunAsync(
            notebook, output, parameters ?? [], limits ?? _limits, new SilentProgress(), TestContext.Current.CancellationToken);
        Assert.Equal(folder, Directory.GetCurrentDirectory());
        return (result, JsonNode.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken))!["cells"]!.AsArray());
    }

    private static JsonArray Outputs(JsonNode? cell) => cell!["outputs"]!.AsArray();

    private static bool Exits(string program, string code)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, ["-c", code]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
