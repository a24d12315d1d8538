using System.Text;
using System.Text.Json.Nodes;

namespace Fuzzing;

/// <summary>A JSON document, to be damaged in its structure: what comes out is nearly always JSON, of another shape.</summary>
internal sealed class JsonMutations
{
    // Deeper and longer ones are made by Hostile.
    private static readonly string[] _values = ["null", "true", "false", "0", "-0", "1", "-1", "3", "0.5", "1e3", "1e400", "-1e-400", "2147483647", "2147483648", "-2147483649",
        "4294967296", "4611686018427387904", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
        "\"\"", "\"x\"", "\"\\ud800\"", "\"a\\udc00b\"", "\"\\u0000\"", "\"NaN\"", "\"😀\"", "[]", "{}", "[null]", "[[]]", "[\"a\",1]", "[0,0]",
        "[-1,1]", "{\"\":null}", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "{\"a\":{\"a\":[1,null]}}", "NaN", "-", "'x'", "// x"];
    private static readonly string[] _names = ["\"\"", "\"\\ud800\"", "\"a\"", "\"$type\"", "\"$id\"", "\"\\u0061\"", "x", "1"];

    private readonly JsonNode _original;
    private readonly double _rate;

    /// <param name="original">A sound document.</param>
    public JsonMutations(string original)
    {
        _original = JsonNode.Parse(original)!;
        _rate = 1.5 / Count(_original);
    }

    /// <summary>The document with one or two damages on average.</summary>
    public string Next(Random random)
    {
        var text = new StringBuilder();
        Write(_original, random, text);
        return text.ToString();
    }

    /// <summary>A value where another was expected.</summary>
    public static string Hostile(Random random) => random.Next(20) switch
    {
        0 => Nested(random.Of([10, 62, 64, 65, 257, 3000])),
        1 => new string('9', random.Of([20, 40, 400, 5000])),
        2 => $"\"{new string('x', random.Next(3000))}\"",
        3 => $"[{string.Join(',', Enumerable.Repeat(random.Of(_values), random.Next(200)))}]",
        _ => random.Of(_values),
    };

    private static string Nested(int depth) => $"{new string('[', depth)}{new string(']', depth)}";

    private static int Count(JsonNode? node) => 1 + node switch
    {
        JsonObject members => members.Sum(member => Count(member.Value)),
        JsonArray items => items.Sum(Count),
        _ => 0,
    };

    private bool Now(Random random) => random.NextDouble() < _rate;

    private void Write(JsonNode? node, Random random, StringBuilder text)
    {
        if (Now(random))
        {
            text.Append(Hostile(random));
            return;
        }
        switch (node)
        {
            case JsonObject members:
                WriteItems('{', members, '}', random, text, member =>
                {
                    text.Append(Now(random) ? random.Of(_names) : JsonValue.Create(member.Key).ToJsonString()).Append(':');
                    Write(member.Value, random, text);
                });
                break;
            case JsonArray items:
                WriteItems('[', items, ']', random, text, item => Write(item, random, text));
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private void WriteItems<T>(char open, IEnumerable<T> items, char close, Random random, StringBuilder text, Action<T> write)
    {
        text.Append(open);
        bool first = true;
        foreach (var item in items)
        {
            // Left out, or twice.
            for (int times = !Now(random) ? 1 : random.Next(2) * 2; times > 0; times--)
            {
                text.Append(first ? "" : ",");
                write(item);
                first = false;
            }
        }
        text.Append(close);
    }
}
