using System.IO.Enumeration;
using System.Text.Json.Nodes;

namespace Workbook.Kernel;

/// <summary>The cells that this kernel has run. Nothing is kept beyond its end.</summary>
internal sealed class History
{
    private const int Session = 1;

    private readonly List<Entry> _entries = [];

    /// <summary>Adds a cell.</summary>
    /// <param name="line">Its number.</param>
    /// <param name="input">Its source.</param>
    /// <param name="output">Its result as text, or null.</param>
    public void Add(int line, string input, string? output) => _entries.Add(new Entry(line, input, output));

    /// <summary>Answers a history_request.</summary>
    /// <exception cref="InvalidDataException">The request is not one.</exception>
    public JsonObject Answer(Message request)
    {
        bool output = request.Flag("output", false);
        var found = request.Text("hist_access_type") switch
        {
            "tail" => Last(_entries, request.Number("n", int.MaxValue)),
            "range" => Range(request.Number("session", 0), request.Number("start", 0), request.Number("stop", int.MaxValue)),
            "search" => Last(
                Search(request.Text("pattern", "*"), request.Flag("unique", false)), request.Number("n", int.MaxValue)),
            string other => throw new InvalidDataException($"history_request: hist_access_type is \"{other}\", and must be tail, range or search."),
        };
        return new JsonObject
        {
            ["status"] = "ok",
            ["history"] = new JsonArray([.. found.Select(entry => (JsonNode)entry.ToJson(output))]),
        };
    }

    // Session 0 is the running one, negative numbers are earlier ones.
    private IEnumerable<Entry> Range(int session, int start, int stop) =>
        session is 0 or Session ? _entries.Where(entry => entry.Line >= start && entry.Line < stop) : [];

    private List<Entry> Search(string pattern, bool unique)
    {
        var found = _entries.Where(entry => FileSystemName.MatchesSimpleExpression(pattern, entry.Input, ignoreCase: false));
        return [.. unique ? found.Reverse().DistinctBy(entry => entry.Input).Reverse() : found];
    }

    private static IEnumerable<Entry> Last(List<Entry> entries, int count) => entries.TakeLast(count);

    private sealed record Entry(int Line, string Input, string? Output)
    {
        public JsonArray ToJson(bool output) =>
            new JsonArray(Session, Line, output ? new JsonArray(Input, Output) : JsonValue.Create(Input));
    }
}
