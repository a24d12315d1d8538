using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Fuzzing;
using Workbook.Notebooks;
using Xunit;

namespace Workbook.Tests.Notebooks;

[Trait("Speed", "slow")]
public sealed class NotebookFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void HostileNotebooksAreReadAndWrittenOrRefused()
    {
        string path = _folder["a.ipynb"];
        string[] real = [.. Directory.GetFiles(Folder(), "*.ipynb").SelectMany(Parts)];
        JsonMutations[] documents = [.. real.Select(text => new JsonMutations(text))];
        byte[][] bytesOfReal = [.. real.Select(Encoding.UTF8.GetBytes)];

        Fuzz.Run(random => random.Next(4) == 0 ? random.Bytes(bytesOfReal) : Encoding.UTF8.GetBytes(random.Of(documents).Next(random)), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Use(Notebook.Read(path));
        }, e => e is InvalidDataException && e.Message.StartsWith(path, StringComparison.Ordinal), bytes => (128 << 10) + (128L * bytes.Length));
    }

    /// <summary>All that the host does with a notebook but for running it.</summary>
    private static void Use(Notebook notebook)
    {
        foreach (var cell in notebook.Cells)
        {
            _ = cell.PlainTextOutputs();
            _ = Headings.Last(cell);
            _ = cell.IsRunnable ? Headings.FirstLine(cell) : null;
        }
        notebook.Prepare();
        notebook.RemoveTagged("parameters");
        using var written = JsonDocument.Parse(notebook.ToString(), new() { MaxDepth = 1000 });
        Assert.Equal(notebook.Cells.Count, written.RootElement.GetProperty("cells").GetArrayLength());
    }

    /// <summary>A notebook's small cells, four to a notebook.</summary>
    private static IEnumerable<string> Parts(string path)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        JsonNode?[] small = [.. notebook["cells"]!.AsArray().Where(cell => cell!.ToJsonString().Length < 1000)];
        foreach (var cells in small.Chunk(4))
        {
            notebook["cells"] = new JsonArray([.. cells.Select(cell => cell!.DeepClone())]);
            yield return notebook.ToJsonString();
        }
    }

    private static string Folder() => typeof(NotebookFuzzTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Notebooks").Value!;
}
