using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks;

/// <summary>JSON laid out as Jupyter writes notebooks, so that a diff shows only what has changed.</summary>
/// <remarks>System.Text.Json would escape characters outside the basic plane; Jupyter escapes only what it must.</remarks>
internal static class JupyterJson
{
    /// <summary>Indented by one space, with a line's end at the end.</summary>
    public static string Format(JsonNode node)
    {
        var text = new StringBuilder();
        Write(node, 0, text);
        return text.Append('\n').ToString();
    }

    /// <summary>Text as nbformat's list of lines, each with its end.</summary>
    public static JsonArray Lines(string text)
    {
        var lines = new JsonArray();
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add((JsonNode)text[start..end]);
            start = end;
        }
        return lines;
    }

    private static void Write(JsonNode? node, int depth, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject json:
                WriteItems('{', json, '}', property =>
                {
                    WriteString(property.Key, text);
                    text.Append(": ");
                    Write(property.Value, depth + 1, text);
                });
                break;
            case JsonArray array:
                WriteItems('[', array, ']', item => Write(item, depth + 1, text));
                break;
            case JsonValue value when value.TryGetValue(out string? s):
                WriteString(s, text);
                break;
            default:
                // Numbers keep the digits they were read with.
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }

        void WriteItems<T>(char open, ICollection<T> items, char close, Action<T> write)
        {
            text.Append(open);
            bool first = true;
            foreach (var item in items)
            {
                text.Append(first ? "\n" : ",\n").Append(' ', depth + 1);
                write(item);
                first = false;
            }
            if (!first)
            {
                text.Append('\n').Append(' ', depth);
            }
            text.Append(close);
        }
    }

    private static void WriteString(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }
}
