using System.Reflection;
using System.Text.RegularExpressions;

namespace Workbook.Tests.Documentation;

/// <summary>The repository's texts for people.</summary>
internal static partial class Documents
{
    /// <summary>The repository's root.</summary>
    public static string Root { get; } = Path.GetFullPath(typeof(Documents).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "Repository").Value!);

    /// <summary>README.md and the like, and all of docs and data.</summary>
    public static IEnumerable<string> Pages => Directory.GetFiles(Root, "*.md")
        .Concat(new[] { "docs", "data" }.SelectMany(folder => Directory.GetFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories)))
        .Order(StringComparer.Ordinal);

    /// <summary>The committed notebooks.</summary>
    public static IEnumerable<string> Notebooks => Directory.GetFiles(Path.Combine(Root, "notebooks"), "*.ipynb").Order(StringComparer.Ordinal);

    /// <summary>The C# of a page, block by block.</summary>
    public static string[] CSharp(string page) => [.. Block().Matches(File.ReadAllText(Path.Combine(Root, page))).Select(match => match.Groups[1].Value)];

    /// <summary>The differences that a page shows, each as the text before and after.</summary>
    public static IEnumerable<(string Before, string After)> Differences(string page) =>
        from match in Difference().Matches(File.ReadAllText(Path.Combine(Root, page)))
        let lines = match.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        select (Side(lines, '+'), Side(lines, '-'));

    /// <summary>What a cell needs before it can use the library that was built for the tests, every room of it.</summary>
    public static string Header { get; } = string.Join('\n',
    [
        .. new[] { "TorchSharp", "DeepClustering", "DeepClustering.Files", "DeepClustering.Charts", "Plotly.NET", "Plotly.NET.CSharp" }
            .Select(library => $"#r \"{Path.Combine(AppContext.BaseDirectory, library + ".dll")}\""),
        .. Assembly.Load("DeepClustering").GetExportedTypes().Select(type => type.Namespace!).Append("DeepClustering.Charts").Append("DeepClustering.Files")
            .Distinct().Order(StringComparer.Ordinal).Select(room => $"using {room};"),
        "using System.Globalization;",
        "using System.IO;",
        "using Plotly.NET.CSharp;",
        "using TorchSharp;",
        "using static TorchSharp.torch;",
    ]);

    private static string Side(string[] lines, char without) =>
        string.Join('\n', lines.Where(line => line[0] != without).Select(line => line[1..]));

    [GeneratedRegex("^```diff\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Difference();

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}
