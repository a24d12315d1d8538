using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepClustering.Runs;

/// <summary>What differs between the options in a folder and those at hand.</summary>
internal static class Differences
{
    /// <summary>Throws if two records differ, with a row for each option that does.</summary>
    /// <param name="place">Where the first was found, for the message.</param>
    /// <param name="stored">A record as JSON, or what JSON is made of.</param>
    /// <param name="now">The same at hand.</param>
    /// <exception cref="InvalidDataException">They differ.</exception>
    public static void Refuse(string place, object stored, object now)
    {
        var (before, after) = (Options(stored), Options(now));
        string[][] rows =
        [
            ["option", "in the folder", "now"],
            .. from option in before.Keys.Union(after.Keys)
               let pair = (Before: before.GetValueOrDefault(option, "(none)"), After: after.GetValueOrDefault(option, "(none)"))
               where pair.Before != pair.After
               select new[] { option, pair.Before, pair.After },
        ];
        if (rows.Length == 1)
        {
            return;
        }
        int[] widths = [.. Enumerable.Range(0, 2).Select(column => rows.Max(row => row[column].Length) + 2)];
        string table = string.Join('\n', rows.Select(row => $"  {row[0].PadRight(widths[0])}{row[1].PadRight(widths[1])}{row[2]}"));
        throw new InvalidDataException(
            $"{place} is of another training. Use its options or data, another folder, or restart the run (restart: true).\n{table}");
    }

    private static Dictionary<string, string> Options(object record) => Leaves("", JsonSerializer.SerializeToNode(record)).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Leaves(string path, JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => Leaves(path.Length == 0 ? member.Key : $"{path}.{member.Key}", member.Value)),
        _ => [new(path, node?.ToJsonString() ?? "null")],
    };
}
