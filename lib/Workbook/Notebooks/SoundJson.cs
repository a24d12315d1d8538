using System.Text.Json;
using System.Text.Json.Nodes;

namespace Workbook.Notebooks;

/// <summary>JSON from outside, of which nothing can turn out to be damaged later.</summary>
internal static class SoundJson
{
    /// <summary>Reads JSON without duplicate properties, whose texts are all valid Unicode.</summary>
    /// <param name="text">The JSON.</param>
    /// <param name="maxDepth">How deep lists and objects may nest.</param>
    /// <exception cref="JsonException">It is no such JSON.</exception>
    public static JsonNode? Parse(string text, int maxDepth)
    {
        try
        {
            var json = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false, MaxDepth = maxDepth });
            ReadTexts(json);
            return json;
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("one of its texts is not valid Unicode.", e);
        }
    }

    // System.Text.Json looks into a text only when it is asked for, and throws then if it has half a surrogate pair.
    private static void ReadTexts(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject json:
                foreach ((_, var value) in json)
                {
                    ReadTexts(value);
                }
                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    ReadTexts(item);
                }
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                value.GetValue<string>();
                break;
        }
    }
}
