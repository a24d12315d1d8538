using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace FrontEnds.Tests;

/// <summary>The notebooks by nbclient, in the kernel of .NET Interactive's tool and in the workbook's own.</summary>
[Trait("Speed", "slow")]
public sealed partial class InteractiveToolTests : IDisposable
{
    private const string Switch = "WORKBOOK_FRONT_ENDS";

    // Each reads what those before it save.
    private static readonly (string Name, string Parameters)[] _notebooks =
    [
        ("vae", "limit = 1000; epochs = 2;"),
        ("vade", "limit = 1000; pretrainingEpochs = 2; warmUpEpochs = 2; epochs = 2; starts = 2;"),
        ("suspects", "limit = 1000; pretrainingEpochs = 1; epochs = 1;"),
        ("analysis", "limit = 1000;"),
        ("your-data", "data = \"pictures\"; effort = 0.02;"),
    ];

    private readonly Workshop _workshop = new();

    public void Dispose() => _workshop.Dispose();

    [Fact]
    public async Task TheNotebooksRunInTheToolAndShowWhatTheyShowInTheWorkbooksKernel()
    {
        Assert.SkipUnless(System.Environment.GetEnvironmentVariable(Switch) == "1", $"It takes a minute or two: {Switch}=1 dotnet test --project tests/FrontEnds.Tests");
        string? nbconvert = Programs.Find("jupyter-nbconvert");
        Assert.SkipWhen(nbconvert is null, "There is no jupyter-nbconvert, which runs notebooks by nbclient, on the PATH (Debian's package of that name has it).");
        await InstallToolAsync();
        await _workshop.InstallKernelAsync();

        var inTool = await RunAllAsync(nbconvert, Path.Combine(_workshop.Folder, "tool-share"));
        Directory.Delete(Path.Combine(_workshop.Folder, "runs"), recursive: true);
        var inWorkbook = await RunAllAsync(nbconvert, Path.Combine(_workshop.Folder, "share/jupyter"));

        Assert.Equal(inTool.Keys.Order(), inWorkbook.Keys.Order());
        Assert.All(inTool, picture => Assert.True(inWorkbook[picture.Key] == picture.Value, $"{picture.Key} is another picture."));
    }

    /// <summary>Installs the tool, of the version that the repository's manifest names, and its kernels.</summary>
    private async Task InstallToolAsync()
    {
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(
            Path.Combine(Workshop.Repository, ".config/dotnet-tools.json"), TestContext.Current.CancellationToken))!;
        string version = (string)manifest["tools"]!["microsoft.dotnet-interactive"]!["version"]!;
        // Whoever runs the tests says in his own settings where packages come from.
        (string, string)[] own = [("HOME", System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile)), ("DOTNET_CLI_TELEMETRY_OPTOUT", "1")];
        var (install, lines) = _workshop.Start(
            "dotnet", own, "tool", "install", "Microsoft.dotnet-interactive", "--version", version, "--tool-path", Path.Combine(_workshop.Folder, "tool"));
        await install.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(install.ExitCode == 0, $"Microsoft.dotnet-interactive {version} cannot be had:\n{string.Join('\n', lines)}");
        // It does not make the folder itself.
        string kernels = Directory.CreateDirectory(Path.Combine(_workshop.Folder, "tool-share/kernels")).FullName;
        await _workshop.RunAsync("dotnet", Environment(kernels), "interactive", "jupyter", "install", "--path", kernels);
    }

    /// <summary>Runs the notebooks one after another; no cell may fail, and each that makes a figure shows a picture.</summary>
    /// <returns>The pictures, base64, by notebook and cell.</returns>
    private async Task<Dictionary<string, string>> RunAllAsync(string nbconvert, string jupyter)
    {
        var pictures = new Dictionary<string, string>();
        foreach ((string name, string parameters) in _notebooks)
        {
            _workshop.Copy($"{name}.ipynb", parameters);
            await _workshop.RunAsync(nbconvert, Environment(jupyter), "--to", "notebook", "--execute", "--inplace", $"notebooks/{name}.ipynb");
            var notebook = JsonNode.Parse(await File.ReadAllTextAsync(
                Path.Combine(_workshop.Folder, "notebooks", $"{name}.ipynb"), TestContext.Current.CancellationToken))!;
            foreach (var cell in notebook["cells"]!.AsArray().Where(Workshop.IsCode))
            {
                var outputs = cell!["outputs"]!.AsArray();
                Assert.DoesNotContain(outputs, output => (string?)output!["output_type"] == "error");
                string[] shown = [.. outputs.Select(output => (string?)output!["data"]?["image/png"]).OfType<string>().Select(picture => picture.Trim())];
                if (Figure().IsMatch(Workshop.Source(cell)))
                {
                    string picture = Assert.Single(shown);
                    Assert.StartsWith("iVBORw0KGgo", picture);
                    pictures.Add($"{name}: {cell["id"]}", picture);
                }
            }
        }
        return pictures;
    }

    /// <summary>The tool on the PATH, quiet, and the kernels of one folder; one thread and the workbook's way to sum, so that sums come out the same.</summary>
    private (string, string)[] Environment(string jupyter) =>
    [
        ("PATH", $"{Path.Combine(_workshop.Folder, "tool")}{Path.PathSeparator}{System.Environment.GetEnvironmentVariable("PATH")}"),
        ("DOTNET_CLI_TELEMETRY_OPTOUT", "1"), ("DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT", "1"),
        ("JUPYTER_PATH", jupyter), ("OMP_NUM_THREADS", "1"), ("WORKBOOK_FIGURES", "static"),
    ];

    /// <summary>A call that makes a figure.</summary>
    [GeneratedRegex(@"\b\w+(Chart\.Plot\w*|Grid\.\w+)\(")]
    private static partial Regex Figure();
}
