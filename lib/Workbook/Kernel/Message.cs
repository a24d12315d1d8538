using System.Text.Json.Nodes;

namespace Workbook.Kernel;

/// <summary>A message of the Jupyter protocol, without the binary buffers that only widgets use.</summary>
/// <param name="Identities">Who sent it or is to get it, or the topic of a broadcast.</param>
/// <param name="Header">Has at least msg_id, msg_type and session, all strings.</param>
/// <param name="Parent">The header of the request that it belongs to, or empty.</param>
/// <param name="Metadata">Anything else about it.</param>
/// <param name="Content">What it says; its shape depends on the type.</param>
/// <remarks>JSON that has been read is not changed any more, so that it can stand in several messages.</remarks>
internal sealed record Message(
    IReadOnlyList<byte[]> Identities, JsonObject Header, JsonObject Parent, JsonObject Metadata, JsonObject Content)
{
    /// <summary>The protocol that the kernel speaks.</summary>
    public const string ProtocolVersion = "5.3";

    /// <summary>Such as execute_request.</summary>
    public string Type => (string)Header["msg_type"]!;

    /// <summary>A new message.</summary>
    /// <param name="type">Such as execute_reply.</param>
    /// <param name="session">Identifies the sender.</param>
    /// <param name="parent">The request that it belongs to, or null.</param>
    /// <param name="identities">Who is to get it, or its topic.</param>
    /// <param name="content">What it says.</param>
    public static Message Create(
        string type, string session, Message? parent, IReadOnlyList<byte[]> identities, JsonObject content) => new(
        identities,
        new JsonObject
        {
            ["msg_id"] = Guid.NewGuid().ToString(),
            ["msg_type"] = type,
            ["session"] = session,
            ["username"] = "kernel",
            ["date"] = DateTime.UtcNow.ToString("O"),
            ["version"] = ProtocolVersion,
        },
        parent?.Header ?? [], [], content);

    /// <summary>A text in the content.</summary>
    /// <param name="name">The property.</param>
    /// <param name="missing">What it is if it is not there, or null if it must be.</param>
    /// <exception cref="InvalidDataException">It is not a text.</exception>
    public string Text(string name, string? missing = null) => Value(name, missing, "a string");

    /// <summary>A truth value in the content.</summary>
    /// <inheritdoc cref="Text"/>
    public bool Flag(string name, bool missing) => Value<bool?>(name, missing, "true or false")!.Value;

    /// <summary>A whole number in the content.</summary>
    /// <inheritdoc cref="Text"/>
    public int Number(string name, int missing) => Value<int?>(name, missing, "a whole number")!.Value;

    private T Value<T>(string name, T? missing, string expected) => Content[name] switch
    {
        null when missing is not null => missing,
        JsonValue value when value.TryGetValue(out T? found) => found,
        JsonNode other => throw new InvalidDataException($"{Type}: {name} must be {expected}, and is {other.ToJsonString()}."),
        _ => throw new InvalidDataException($"{Type}: {name} is missing; it must be {expected}."),
    };
}
