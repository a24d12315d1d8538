using System.Text.Json.Nodes;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>A notebook that is another one, executed with other parameters.</summary>
public sealed class ExecutedNotebookTests
{
    [Fact]
    public void TheNotebookOfPicturesIsTheOneOfYourDataExecutedOnThem()
    {
        var (table, pictures) = (Cells("your-data"), Cells("your-data-pictures"));
        var injected = Assert.Single(pictures, cell => Id(cell) == "injected-parameters");
        Assert.Contains("data = \"pictures\";", Source(injected), StringComparison.Ordinal);
        Assert.Equal(table.Select(cell => (Id(cell), Source(cell))), pictures.Where(cell => cell != injected).Select(cell => (Id(cell), Source(cell))));
        Assert.All(pictures.Where(cell => (string?)cell["cell_type"] == "code"), cell => Assert.NotNull((int?)cell["execution_count"]));
        Assert.DoesNotContain(pictures, cell => cell["outputs"] is JsonArray outputs && outputs.Any(output => (string?)output!["output_type"] == "error"));
    }

    private static JsonNode[] Cells(string name) =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Documents.Root, "notebooks", $"{name}.ipynb")))!["cells"]!.AsArray().Select(cell => cell!)];

    private static string Id(JsonNode cell) => (string)cell["id"]!;

    private static string Source(JsonNode cell) =>
        cell["source"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string)cell["source"]!;
}
