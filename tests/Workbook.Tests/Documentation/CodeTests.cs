using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbook.Notebooks;
using Workbook.Running;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>The C# of README.md and docs/extending.md as it stands there, each block a cell.</summary>
[Trait("Speed", "slow")]
public sealed partial class CodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatExtendingShowsTrainsSavesAndLoads()
    {
        string[] blocks = Documents.CSharp("docs/extending.md");
        const string status = "Console.WriteLine($\"loss {trainer.History[3].Loss:R}; {trainer}\");";
        string text = await Run([Documents.Header, .. blocks, status]);
        Assert.Contains("Laplace { Scale = 0.5", text, StringComparison.Ordinal);
        Assert.Matches("purity (0\\.[5-9]|1\\.0)", text);
        string first = Status().Match(text).Value;
        Assert.EndsWith("4 epochs to train", first, StringComparison.Ordinal);

        // Another session defines the types again, finds the training finished, and has its losses.
        string[] again = [.. blocks.Where(block => !block.Contains("Run.Load(", StringComparison.Ordinal))];
        string second = Status().Match(await Run([Documents.Header, .. again, status])).Value;
        Assert.EndsWith("all 4 epochs were trained earlier", second, StringComparison.Ordinal);
        Assert.Equal(first.Split(';')[0], second.Split(';')[0]);
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

    [Fact]
    public void EachDifferenceThatExtendingShowsIsOneLineInAFileOfTheLibrary()
    {
        string[] files = [.. Directory.EnumerateFiles(Path.Combine(Documents.Root, "lib"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)];
        var differences = Documents.Differences("docs/extending.md").ToArray();
        Assert.Equal(4, differences.Length);
        Assert.All(differences, difference =>
        {
            Assert.Single(files, file => file.Contains(difference.Before, StringComparison.Ordinal));
            Assert.Single(difference.After.Split('\n').Except(difference.Before.Split('\n')));
        });
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
        string output = _folder["out/test.ipynb"];
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

    [GeneratedRegex("^loss .*$", RegexOptions.Multiline)]
    private static partial Regex Status();
}
