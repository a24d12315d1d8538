using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace DeepClustering.Naming;

/// <summary>Writes a value as its type's name ("$type") and its properties, and reads it as the type of that name that <see cref="NamedTypes"/> knows.</summary>
internal sealed class NamedTypeConverter<TKind> : JsonConverter<TKind> where TKind : class
{
    private const string TypeMember = "$type";

    public override TKind Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var members = Members(ref reader);
        string? name = members[TypeMember] is { } node
            ? node is JsonValue value && value.TryGetValue(out string? text) ? text : throw new JsonException($"\"{TypeMember}\" is not a name.")
            : null;
        members.Remove(TypeMember);
        return (TKind?)members.Deserialize(NamedTypes.Named<TKind>(name), options) ?? throw new JsonException($"expected a {typeof(TKind).Name}, found null.");
    }

    public override void Write(Utf8JsonWriter writer, TKind value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString(TypeMember, NamedTypes.NameOf(value));
        foreach (var (name, member) in (JsonObject)JsonSerializer.SerializeToNode(value, value.GetType(), options)!)
        {
            writer.WritePropertyName(name);
            if (member is null)
            {
                writer.WriteNullValue();
            }
            else
            {
                member.WriteTo(writer, options);
            }
        }
        writer.WriteEndObject();
    }

    private static JsonObject Members(ref Utf8JsonReader reader)
    {
        try
        {
            var members = JsonNode.Parse(ref reader) as JsonObject ?? throw new JsonException($"expected a {typeof(TKind).Name} as an object.");
            _ = members.Count;     // members of one name show themselves only when they are counted
            return members;
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }
}
