using System.Text.Json.Nodes;
using DeepClustering.Training;
using Workbook.Notebooks;
using Workbook.Running;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>The C# of README.md and docs/extending.md, run as it stands there, each block a cell.</summary>
[CollectionDefinition(nameof(CodeTests), DisableParallelization = true)]
[Collection(nameof(CodeTests))]
public sealed class CodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        Interruption.Reset();
        _folder.Dispose();
    }

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

    /// <summary>A few digits stand for the data; training is interrupted once it runs, for the whole recipe takes minutes.</summary>
    [Fact]
    public async Task TheReadmesProgramCompilesAndTrains()
    {
        string program = Assert.Single(Documents.CSharp("README.md"));
        WriteDigits(60);
        string interruption = $$"""
            Environment.SetEnvironmentVariable("MNIST_DIR", {{Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(_folder.File("mnist"), quote: true)}});
            _ = Task.Run(async () => { await Task.Delay(2000); Interruption.Request(); });
            """;
        // In a function, because a cell knows no "using var" of its own.
        var (result, cells) = await Execute([Documents.Header, interruption, $"void Program()\n{{\n{program}}}\nProgram();"]);
        string error = result.Error is { } stopped ? $"{stopped.Name}: {stopped.Message}" : "";
        Assert.True(error.Length == 0 || error.Contains(nameof(OperationCanceledException), StringComparison.Ordinal), error);
        Assert.Contains("epoch", Text(cells), StringComparison.Ordinal);
    }

    private void WriteDigits(int count)
    {
        Directory.CreateDirectory(_folder.File("mnist"));
        foreach (var (part, number) in new[] { ("train", count), ("t10k", count) })
        {
            byte[] pixels = [.. Enumerable.Range(0, number * 784).Select(i => (byte)(i * 31 % 251))];
            File.WriteAllBytes(_folder.File($"mnist/{part}-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, (byte)number, 0, 0, 0, 28, 0, 0, 0, 28, .. pixels]);
            File.WriteAllBytes(_folder.File($"mnist/{part}-labels-idx1-ubyte"), [0, 0, 8, 1, 0, 0, 0, (byte)number, .. Enumerable.Range(0, number).Select(i => (byte)(i % 10))]);
        }
    }

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
