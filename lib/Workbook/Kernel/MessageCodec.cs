using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Workbook.Notebooks;

namespace Workbook.Kernel;

/// <summary>Messages as frames on the wire: identities, delimiter, signature, header, parent, metadata, content, buffers.</summary>
/// <param name="key">The key of the signatures (HMAC-SHA256); empty means that nothing is signed and nothing is checked.</param>
internal sealed class MessageCodec(byte[] key)
{
    private const int PartCount = 4;
    private const int DeepestNesting = 64;

    private static readonly byte[] _delimiter = "<IDS|MSG>"u8.ToArray();
    private static readonly string[] _identifying = ["msg_id", "msg_type", "session"];
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    // Figures are megabytes of HTML in a string, of which the default encoder would escape every bracket.
    private static readonly JsonSerializerOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Reads a message. Throws nothing, whatever the frames hold.</summary>
    /// <param name="frames">The frames as received.</param>
    /// <param name="message">The message, if the frames are one and its signature is right; all its JSON is sound.</param>
    /// <param name="reason">Otherwise what is wrong.</param>
    public bool TryRead(
        IReadOnlyList<byte[]> frames, [NotNullWhen(true)] out Message? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        int delimiter = 0;
        while (delimiter < frames.Count && !frames[delimiter].AsSpan().SequenceEqual(_delimiter))
        {
            delimiter++;
        }
        if (frames.Count - delimiter < 2 + PartCount)
        {
            reason = delimiter == frames.Count ? "it has no delimiter <IDS|MSG>." : "it has too few parts.";
            return false;
        }
        byte[][] parts = [.. frames.Skip(delimiter + 2).Take(PartCount)];
        if (!CryptographicOperations.FixedTimeEquals(frames[delimiter + 1], Sign(parts)) && key.Length > 0)
        {
            reason = "its signature is missing or wrong.";
            return false;
        }
        try
        {
            JsonObject[] json = [.. parts.Select(Parse)];
            string? missing = _identifying
                .FirstOrDefault(name => json[0][name]?.GetValueKind() != JsonValueKind.String);
            reason = missing is null ? null : $"its header has no {missing}.";
            message = missing is null ? new Message([.. frames.Take(delimiter)], json[0], json[1], json[2], json[3]) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException or DecoderFallbackException)
        {
            reason = e.Message;
        }
        return message is not null;
    }

    /// <summary>Writes a message.</summary>
    public IReadOnlyList<byte[]> Write(Message message)
    {
        byte[][] parts = [.. new[] { message.Header, message.Parent, message.Metadata, message.Content }.Select(Format)];
        return [.. message.Identities, _delimiter, key.Length == 0 ? [] : Sign(parts), .. parts];
    }

    /// <summary>The signature: lower-case hexadecimal digits of the HMAC of all parts.</summary>
    private byte[] Sign(byte[][] parts)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (byte[] part in parts)
        {
            hmac.AppendData(part);
        }
        return Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hmac.GetHashAndReset()));
    }

    private static byte[] Format(JsonObject part) => JsonSerializer.SerializeToUtf8Bytes(part, _compact);

    private static JsonObject Parse(byte[] part) => SoundJson.Parse(_utf8.GetString(part), DeepestNesting) as JsonObject
        ?? throw new InvalidDataException("one of its parts is not a JSON object.");
}
