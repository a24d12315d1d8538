using System.Text.Json.Nodes;
using Workbook.Notebooks;
using Workbook.Running;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>The C# of README.md and docs/extending.md as it stands there, each block a cell.</summary>
public sealed class CodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatExtendingShowsTrainsSavesAndLoads()
    {
        string[] blocks = Documents.CSharp("docs/extending.md");
        string text = await Run([Documents.Header, .. blocks]);
        Assert.Contains("Laplace { Scale = 0.5", text, StringComparison.Ordinal);
        Assert.Matches("purity (0\\.[5-9]|1\\.0)", text);
        Assert.Equal(4, text.Split("epoch ").Length - 1);

        // Another session defines the types again, goes on from the checkpoint, and ends at the same loss.
        string[] definitions = [.. blocks.Where(block => !block.Contains("File.WriteAllLines(", StringComparison.Ordinal) && !block.Contains("Run.Load(", StringComparison.Ordinal))];
        string training = blocks.Single(block => block.Contains("File.WriteAllLines(", StringComparison.Ordinal));
        Assert.Equal(text.Split('\n').Last(line => line.Contains("epoch 4", StringComparison.Ordinal)),
            (await Run([Documents.Header, .. definitions, training, "Console.WriteLine(trainer.History[3]); Console.WriteLine(trainer);"])).Split('\n').First(line => line.Contains("epoch 4", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AnUnregisteredLikelihoodIsRefusedBeforeTheFirstStepWithTheLineThatIsMissing()
    {
        string[] blocks = Documents.CSharp("docs/extending.md");
        string likelihood = blocks[0].Replace("Laplace", "Nameless", StringComparison.Ordinal);
        string text = await Run(
        [
            Documents.Header, likelihood,
            """
            var vae = new Vae(new MultilayerPerceptron { InputSize = 4, HiddenWidths = [3] }, new Nameless());
            try { new Trainer(vae, zeros(8, 4), new TrainingOptions { Epochs = 1 }); }
            catch (InvalidOperationException e) { Console.WriteLine(e.Message); }
            """,
        ]);
        Assert.Contains("NamedTypes.Register<ILikelihood, Nameless>();", text, StringComparison.Ordinal);
    }

    /// <summary>Compiled and not run, for a recipe takes minutes; in a function, because a cell knows no "using var" of its own.</summary>
    [Fact]
    public async Task TheReadmesProgramCompiles() =>
        await Run([Documents.Header, $"void Program()\n{{\n{Assert.Single(Documents.CSharp("README.md"))}}}"]);

    private async Task<string> Run(string[] cells)
    {
        var (result, executed) = await Execute(cells);
        Assert.True(result.ExitCode == NotebookResult.Succeeded, $"{result.Error?.Name}: {result.Error?.Message}\n{result.Cell?.Number}");
        return Text(executed);
    }

    private async Task<(NotebookResult Result, JsonArray Cells)> Execute(string[] cells)
    {
        var notebook = Notebook.Read(_folder.Write("notebooks/test.ipynb", NotebookText.Of([.. cells.Select(cell => NotebookText.Code(cell))])));
        string output = _folder.File("out/test.ipynb");
        var result = await NotebookRunner.RunAsync(
            notebook, output, [], new RunLimits(null, TimeSpan.FromSeconds(10)), new SilentProgress(), TestContext.Current.CancellationToken);
        return (result, JsonNode.Parse(await File.ReadAllTextAsync(output, TestContext.Current.CancellationToken))!["cells"]!.AsArray());
    }

    private static string Text(JsonArray cells) => string.Concat(
        from cell in cells
        from output in cell!["outputs"]!.AsArray()
        where (string?)output!["output_type"] == "stream"
        from line in output!["text"]!.AsArray()
        select (string?)line);
}
