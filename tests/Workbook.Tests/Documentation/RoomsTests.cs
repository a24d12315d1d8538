using System.Text.RegularExpressions;
using Xunit;

namespace Workbook.Tests.Documentation;

/// <summary>The picture in docs/architecture.md against the code.</summary>
public sealed partial class RoomsTests
{
    private const string Library = "lib/DeepClustering";

    private static HashSet<(string From, string To)> Drawn => [.. Arrow().Matches(File.ReadAllText(Path.Combine(Documents.Root, "docs/architecture.md")))
        .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    /// <summary>By the using lines of the folders' files.</summary>
    private static HashSet<(string From, string To)> Used => [.. from folder in Directory.GetDirectories(Path.Combine(Documents.Root, Library))
                                                                 let room = Path.GetFileName(folder)
                                                                 where room is not ("bin" or "obj")
                                                                 from file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
                                                                 from Match match in Using().Matches(File.ReadAllText(file))
                                                                 where match.Groups[1].Value != room
                                                                 select (room, match.Groups[1].Value)];

    [Fact]
    public void WhatARoomUsesIsDrawnOrReachedByArrows()
    {
        Assert.InRange(Used.Count, 20, 200);
        Assert.Equal([], Used.Where(use => !Reached(use.From, Drawn).Contains(use.To)));
    }

    [Fact]
    public void EveryArrowIsUsed() => Assert.Equal([], Drawn.Except(Used));

    [Fact]
    public void NoRoomUsesItself() => Assert.Equal([], Used.Select(use => use.From).Distinct().Where(room => Reached(room, Used).Contains(room)));

    [Fact]
    public void EveryFolderIsANamespace() => Assert.Empty(
        from folder in Directory.GetDirectories(Path.Combine(Documents.Root, Library))
        where Path.GetFileName(folder) is not ("bin" or "obj")
        from file in Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)
        where !File.ReadAllText(file).Contains($"\nnamespace DeepClustering.{Path.GetFileName(folder)};", StringComparison.Ordinal)
            && !File.ReadAllText(file).StartsWith($"namespace DeepClustering.{Path.GetFileName(folder)};", StringComparison.Ordinal)
        select file);

    private static HashSet<string> Reached(string room, HashSet<(string From, string To)> arrows)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([room]);
        while (open.TryDequeue(out string? from))
        {
            foreach (string to in arrows.Where(arrow => arrow.From == from).Select(arrow => arrow.To).Where(reached.Add))
            {
                open.Enqueue(to);
            }
        }
        return reached;
    }

    [GeneratedRegex(@"^\s*(\w+) --> (\w+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Arrow();

    [GeneratedRegex(@"^using (?:static )?DeepClustering\.(\w+)(?:\.\w+)*;", RegexOptions.Multiline)]
    private static partial Regex Using();
}
