using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Workbook.Execution;
using Workbook.NotebookApi;
using Xunit;

namespace Workbook.Tests.Execution;

/// <summary>Packages of NuGet in a cell, in a run of the built program that no network answers.</summary>
[Trait("Speed", "slow")]
public sealed partial class PackageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task PackagesOfTheCacheAreFoundWithoutANetworkAndOthersAreNamed()
    {
        const string packages = "#r \"nuget: Plotly.NET.Interactive, 6.0.0\"\n#r \"nuget: Plotly.NET.CSharp, 0.14.0\"";
        // Once with whatever network there is: the build's own restore leaves other versions of what they depend on in the cache.
        string first = _folder.Write("first.ipynb", NotebookText.Of(NotebookText.Code(packages)));
        (int fetched, _, string reason) = await BuiltProgram.Run(_folder.Path, "run", first, "--output", "out");
        Assert.SkipUnless(fetched == 0, $"The packages cannot be had here: {reason}");

        string path = _folder.Write("packages.ipynb", NotebookText.Of(
            NotebookText.Code(packages),
            NotebookText.Code("using Plotly.NET.CSharp;\nChart.Point<double, double, string>(new[] { 1.0, 2.0 }, new[] { 1.0, 4.0 })"),
            NotebookText.Code("#r \"nuget: Absent.From.Every.Feed, 1.2.3\"", "raises-exception"),
            NotebookText.Code("#r \"nuget:\"", "raises-exception"),
            NotebookText.Code($"#i \"nuget:{_folder.Path}\"\n\"still here\"")));
        (string, string)[] offline = [.. new[] { "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy" }.Select(name => (name, "http://127.0.0.1:9")),
            ("NO_PROXY", ""), ("no_proxy", "")];
        (int exitCode, _, string error) = await BuiltProgram.Run(_folder.Path, offline, "run", path, "--output", "out");
        Assert.True(exitCode == 0, error);
        var cells = JsonNode.Parse(await File.ReadAllTextAsync(_folder["out/packages.ipynb"], TestContext.Current.CancellationToken))!["cells"]!.AsArray();

        Assert.Contains("Plotly.NET.Interactive, 6.0.0", Output(cells[0])["data"]!["text/html"]!.ToJsonString(), StringComparison.Ordinal);
        var chart = Output(cells[1])["data"]!;
        Assert.StartsWith("iVBORw0KGgo", (string?)chart["image/png"], StringComparison.Ordinal);
        string html = string.Concat(chart["text/html"]!.AsArray().Select(line => (string?)line));
        Assert.Contains("Plotly.newPlot", html, StringComparison.Ordinal);
        Assert.DoesNotContain("requirejs.config", html, StringComparison.Ordinal);
        Assert.StartsWith("The packages that cell 3 asks for cannot be had:\nNU1", (string?)Output(cells[2])["evalue"], StringComparison.Ordinal);
        Assert.Contains("\"nuget:\"", (string?)Output(cells[3])["evalue"], StringComparison.Ordinal);
        Assert.Contains("Restore sources", cells[4]!["outputs"]![0]!["data"]!["text/html"]!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("still here", (string?)Output(cells[4])["data"]!["text/plain"]![0]);

        static JsonNode Output(JsonNode? cell) => cell!["outputs"]!.AsArray().Last()!;
    }

    [Fact]
    public async Task ThePageOnPackagesAndLanguagesShowsWhatRuns()
    {
        string page = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "../../../docs/polyglot.md"), TestContext.Current.CancellationToken);
        using var session = new NotebookSession();
        var events = new List<CellEvent>();
        foreach (Match block in Block().Matches(page))
        {
            var status = await session.RunAsync(
                block.Groups["code"].Value, 1, events.Add, TimeSpan.Zero, TestContext.Current.CancellationToken);
            var error = (events[^1] as CellFailed)?.Error;
            Assert.SkipWhen(error?.Name == "PackageError", $"{error?.Message}");
            Assert.True(status == CellStatus.Succeeded, error?.Message);
        }
        // With two degrees of freedom, p is 1 - t / √(t² + 2).
        Assert.Equal("t = 18.5, 2.00 degrees of freedom, p = 0.0029", Assert.Single(events.OfType<ResultProduced>()).Bundle.Formats.Single().Value);
        Assert.Contains(events.OfType<Displayed>().SelectMany(shown => shown.Bundle.Formats),
            format => format.Value.Contains("vae = [0.581,0.4977,0.5369];", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^```(csharp|html|javascript)\r?\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
