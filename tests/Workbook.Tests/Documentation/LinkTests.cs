using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>Links between the repository's texts, and from them into the code.</summary>
public sealed partial class LinkTests
{
    [Fact]
    public void EveryLinkOfThePagesLeadsToAFileAndToAHeadingOfIt()
    {
        Assert.InRange(Documents.Pages.Count(), 8, 100);
        Assert.Empty(Documents.Pages.SelectMany(page => Broken(page, File.ReadAllText(page))));
    }

    [Fact]
    public void EveryLinkOfTheNotebooksLeadsToAFile()
    {
        Assert.NotEmpty(Documents.Notebooks);
        Assert.Empty(Documents.Notebooks.SelectMany(notebook => Broken(notebook, Prose(notebook))));
    }

    /// <summary>The check itself: without it, a pattern that finds no links would pass.</summary>
    [Fact]
    public void BrokenLinksAreFound()
    {
        string page = Path.Combine(Documents.Root, "README.md");
        Assert.Single(Broken(page, "see [this](docs/nothing.md) and [that](docs/runs.md), [there](https://example.org/x)"));
        Assert.Single(Broken(page, "![picture](docs/no-picture.png)"));
        Assert.Single(Broken(page, "[heading](docs/runs.md#no-such-heading)"));
        Assert.Single(Broken(page, "a file `docs/runs.md` and one that is not: `docs/gone.md`"));
    }

    private static IEnumerable<string> Broken(string page, string text)
    {
        string code = Fence().Replace(text, "");
        foreach (string target in Link().Matches(code).Select(match => match.Groups[1].Value).Where(target => !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)))
        {
            string[] parts = target.Split('#', 2);
            string path = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, Uri.UnescapeDataString(parts[0]));
            if (!Path.Exists(path) || parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !Headings(path).Contains(parts[1]))
            {
                yield return $"{Path.GetRelativePath(Documents.Root, page)}: {target}";
            }
        }
        foreach (string path in Mention().Matches(code).Select(match => match.Groups[1].Value).Where(path => !Path.Exists(Path.Combine(Documents.Root, path))))
        {
            yield return $"{Path.GetRelativePath(Documents.Root, page)}: `{path}`";
        }
    }

    /// <summary>A page's headings as GitHub names them.</summary>
    private static IEnumerable<string> Headings(string path) => Heading().Matches(Fence().Replace(File.ReadAllText(path), ""))
        .Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    private static string Prose(string notebook) => string.Join("\n\n", JsonNode.Parse(File.ReadAllText(notebook))!["cells"]!.AsArray()
        .Where(cell => (string?)cell!["cell_type"] == "markdown")
        .Select(cell => cell!["source"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)cell["source"]));

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    // Files and folders of the repository that a text names as code; not those with a wildcard or a placeholder in capitals.
    [GeneratedRegex(@"`((?:lib|tests|docs|build|notebooks|\.ci)/[\w./-]*\w)`")]
    private static partial Regex Mention();

    [GeneratedRegex(@"^#+\s+(.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\s-]")]
    private static partial Regex NotInAnchors();
}
