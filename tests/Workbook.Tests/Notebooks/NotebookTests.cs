using System.Text.Json.Nodes;
using DeepClustering.Storage;
using Workbook.Execution;
using Workbook.NotebookApi;
using Workbook.Notebooks;
using Xunit;

namespace Workbook.Tests.Notebooks;

public sealed class NotebookTests : IDisposable
{
    // As Jupyter 6 writes it, with keys, numbers and characters that a rewrite could spoil.
    private const string AsJupyterWritesIt = """
        {
         "cells": [
          {
           "cell_type": "markdown",
           "id": "a1",
           "metadata": {},
           "source": [
            "# Überschrift 😀 <b>&</b>\n",
            "\u0001 \"quoted\" \\ \t"
           ]
          },
          {
           "cell_type": "code",
           "execution_count": null,
           "id": "b2",
           "metadata": {
            "custom": {
             "float": 1.0,
             "large": 12345678901234567890,
             "list": [
              1e-05,
              true,
              null
             ]
            }
           },
           "outputs": [],
           "source": []
          }
         ],
         "metadata": {
          "kernelspec": {
           "display_name": ".NET (C#)",
           "language": "C#",
           "name": ".net-csharp"
          }
         },
         "nbformat": 4,
         "nbformat_minor": 5
        }

        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AnUnchangedNotebookIsWrittenBackByteForByte()
    {
        string text = AsJupyterWritesIt.ReplaceLineEndings("\n");
        var notebook = Notebook.Read(_folder.Write("a.ipynb", text));
        notebook.Prepare();
        Assert.Equal(text, notebook.ToString());
    }

    [Fact]
    public void PreparingRemovesOutputsAndGivesIdsOnceAndForAll()
    {
        string path = _folder.Write("old.ipynb", """
            {"cells": [
              {"cell_type": "code", "execution_count": 4, "metadata": {}, "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}], "source": "1"},
              {"cell_type": "markdown", "metadata": {}, "source": ["a\n", "b"]}],
             "metadata": {}, "nbformat": 4, "nbformat_minor": 2}
            """);
        var notebook = Notebook.Read(path);
        notebook.Prepare();
        var json = JsonNode.Parse(notebook.ToString())!;
        Assert.Equal(5, (int)json["nbformat_minor"]!);
        Assert.Equal(["cell-1", "cell-2"], json["cells"]!.AsArray().Select(cell => (string)cell!["id"]!));
        Assert.Empty(json["cells"]![0]!["outputs"]!.AsArray());
        Assert.Null(json["cells"]![0]!["execution_count"]);
        Assert.Equal("a\nb", notebook.Cells[1].Source);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("{\"cells\": [", "not valid JSON")]
    [InlineData("{\"nbformat\": 4, \"nbformat\": 4}", "not valid JSON")]
    [InlineData("[]", "expected a JSON object, found a list")]
    [InlineData("{\"nbformat\": 3, \"worksheets\": []}", "expected \"nbformat\": 4, found 3")]
    [InlineData("{\"cells\": []}", "expected \"nbformat\": 4, found none")]
    [InlineData("{\"nbformat\": 4}", "expected a list of \"cells\", found none")]
    [InlineData("{\"nbformat\": 4, \"cells\": {}}", "expected a list of \"cells\", found an object")]
    [InlineData("{\"nbformat\": 4, \"cells\": [7]}", "expected cell 1 to be an object, found 7")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"raw\", \"source\": \"\"}, {\"source\": \"\"}]}", "expected cell 2 to have a \"cell_type\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"heading\", \"source\": \"\"}]}", "found \"heading\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\"}]}", "\"source\" of cell 1")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": [1]}]}", "\"source\" of cell 1")]
    [InlineData("{\"nbformat\": 4, \"cells\": [{\"cell_type\": \"code\", \"source\": \"\", \"metadata\": 1}]}", "\"metadata\" of cell 1")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"language\": \"python\"}}}", "found the language \"python\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"name\": \"python3\"}}}", "found the language \"python\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"name\": \".net-fsharp\"}}}", "found the language \"fsharp\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"language\": \"C#\"}, \"polyglot_notebook\": {\"kernelInfo\": {\"defaultKernelName\": \"fsharp\"}}}}", "found the language \"fsharp\"")]
    [InlineData("{\"nbformat\": 4, \"cells\": [], \"metadata\": {\"kernelspec\": {\"language\": \"C#\"}, \"dotnet_interactive\": {\"defaultKernelName\": \"pwsh\"}}}", "found the language \"pwsh\"")]
    public void ADamagedNotebookIsNamedWithWhatIsWrong(string content, string problem)
    {
        string path = _folder.Write("damaged.ipynb", content);
        string message = Assert.Throws<InvalidDataException>(() => Notebook.Read(path)).Message;
        Assert.StartsWith(path, message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    [Fact]
    public void AScriptOfTheInteractiveKindIsNotTakenForADamagedNotebook()
    {
        string path = _folder.Write("script.dib", "#!csharp\n\n1 + 1\n");
        Assert.Contains("expected a Jupyter notebook (.ipynb)", Assert.Throws<InvalidDataException>(() => Notebook.Read(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData("{\"vscode\": 1, \"dotnet_interactive\": {\"language\": \"\"}}", null)]
    [InlineData("{\"vscode\": {\"languageId\": \"polyglot-notebook\"}}", null)]
    [InlineData("{\"vscode\": {\"languageId\": \"dotnet-interactive.fsharp\"}}", "fsharp")]
    [InlineData("{\"vscode\": {\"languageId\": \"polyglot-notebook\"}, \"dotnet_interactive\": {\"language\": \"html\"}}", "html")]
    [InlineData("{\"vscode\": {\"languageId\": \"python\"}, \"dotnet_interactive\": {\"language\": \"html\"}, \"polyglot_notebook\": {\"kernelName\": \"sql\"}}", "sql")]
    public void ACellsLanguageIsInItsMetadata(string metadata, string? language) => Assert.Equal(language, CellLanguage.OfCell(JsonNode.Parse(metadata)));

    [Fact]
    public void OutputsKeepTheirOrderAndConsecutiveTextIsOne()
    {
        var outputs = new CellOutputs();
        outputs.Begin(3);
        outputs.Add(new TextWritten(TextStream.Stdout, "a"));
        outputs.Add(new TextWritten(TextStream.Stdout, "b\nc"));
        outputs.Add(new TextWritten(TextStream.Stderr, "d"));
        outputs.Add(new Displayed("id", new([KeyValuePair.Create("text/plain", "old")])));
        outputs.Add(new TextWritten(TextStream.Stderr, "e"));
        outputs.Add(new DisplayUpdated("id", new([KeyValuePair.Create("text/plain", "n\new")])));
        outputs.Add(new ResultProduced(new([KeyValuePair.Create("image/png", "aWY="), KeyValuePair.Create("application/json", "{\"k\": 1}")])));
        string text = outputs.ToJson().ToJsonString();
        Assert.Equal("""
            [{"name":"stdout","output_type":"stream","text":["ab\n","c"]},
            {"name":"stderr","output_type":"stream","text":["d"]},
            {"data":{"text/plain":["n\n","ew"]},"metadata":{},"output_type":"display_data"},
            {"name":"stderr","output_type":"stream","text":["e"]},
            {"data":{"application/json":{"k":1},"image/png":"aWY="},"execution_count":3,"metadata":{},"output_type":"execute_result"}]
            """.ReplaceLineEndings(""), text);
    }

    [Fact]
    public void AnUpdateReachesAnEarlierCell()
    {
        var outputs = new CellOutputs();
        outputs.Begin(1);
        outputs.Add(new Displayed("id", new([KeyValuePair.Create("text/plain", "old")])));
        var first = outputs.ToJson();
        outputs.Begin(2);
        outputs.Add(new DisplayUpdated("id", new([KeyValuePair.Create("text/plain", "new")])));
        Assert.Empty(outputs.ToJson());
        Assert.Equal("new", (string)first[0]!["data"]!["text/plain"]![0]!);
    }

    [Fact]
    public void AWriteThatFailsLeavesTheOldFileAndNothingElse()
    {
        string path = _folder.Write("old.ipynb", "old");
        Directory.CreateDirectory(_folder["folder.ipynb"]);
        File.SetAttributes(path, FileAttributes.ReadOnly);
        try
        {
            Assert.StartsWith(path, Assert.Throws<IOException>(() => AtomicFile.EnsureWritable(path)).Message, StringComparison.Ordinal);
            Assert.Throws<IOException>(() => AtomicFile.EnsureWritable(_folder["folder.ipynb"]));
            Assert.Throws<IOException>(() => AtomicFile.EnsureWritable(Path.Combine(path, "below.ipynb")));
            Assert.Throws<IOException>(() => AtomicFile.Write(_folder["folder.ipynb"], "new"));
        }
        finally
        {
            File.SetAttributes(path, FileAttributes.Normal);
        }
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal(["folder.ipynb", "old.ipynb"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void HeadingsAndFirstLinesNameCells()
    {
        var notebook = Notebook.Read(_folder.Write("a.ipynb", NotebookText.Of(
            NotebookText.Markdown("# One\ntext\n## Two  \n#no heading"), NotebookText.Code("// comment\n\n  var a = 1;\nb"), NotebookText.Code("// only"))));
        Assert.Equal("Two", Headings.Last(notebook.Cells[0]));
        Assert.Null(Headings.Last(notebook.Cells[1]));
        Assert.Equal("var a = 1;", Headings.FirstLine(notebook.Cells[1]));
        Assert.Equal("// only", Headings.FirstLine(notebook.Cells[2]));
    }
}
