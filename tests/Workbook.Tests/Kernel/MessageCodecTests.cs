using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Workbook.Kernel;
using Xunit;

namespace Workbook.Tests.Kernel;

public sealed class MessageCodecTests
{
    private const string Header = """{"msg_id":"1","msg_type":"execute_request","session":"s","date":"2026-01-01T00:00:00Z"}""";

    private static readonly byte[] _key = "a0436f6c-1916-498b-8eb9-e81ab9368e84"u8.ToArray();
    private static readonly MessageCodec _codec = new(_key);

    [Fact]
    public void AMessageIsReadAsItWasWritten()
    {
        var content = new JsonObject { ["text"] = "a<b> ü 😀 \u2028 \"", ["list"] = new JsonArray(1, null, 2.5) };
        var request = Message.Create("execute_request", "front end", null, [[1, 2], [0]], []);
        var message = Message.Create("execute_reply", "kernel", request, request.Identities, content);
        var read = Read(_codec.Write(message));
        Assert.Equal("execute_reply", read.Type);
        Assert.Equal(message.Identities, read.Identities);
        Assert.True(JsonNode.DeepEquals(message.Header, read.Header));
        Assert.True(JsonNode.DeepEquals(request.Header, read.Parent));
        Assert.True(JsonNode.DeepEquals(content, read.Content));
        Assert.Empty(read.Metadata);
    }

    [Fact]
    public void TheSignatureIsTheHmacOfTheFourParts()
    {
        var frames = _codec.Write(Message.Create("status", "s", null, ["topic"u8.ToArray()], []));
        byte[] all = [.. frames.Skip(3).SelectMany(part => part)];
        Assert.Equal(Convert.ToHexStringLower(HMACSHA256.HashData(_key, all)), Encoding.ASCII.GetString(frames[2]));
    }

    [Fact]
    public void WithoutTheRightSignatureThereIsNoMessage()
    {
        byte[][] frames = [.. _codec.Write(Message.Create("execute_request", "s", null, [], new() { ["code"] = "1" }))];
        string refused = "its signature is missing or wrong.";
        Assert.Equal(refused, Refused([frames[0], [], .. frames[2..]]));
        Assert.Equal(refused, Refused([frames[0], frames[1][..^1], .. frames[2..]]));
        Assert.Equal(refused, Refused([.. frames[..5], """{"code":"2"}"""u8.ToArray()]));
        Assert.Equal(refused, Refused(new MessageCodec("another"u8.ToArray()).Write(Read(frames))));
        Assert.Equal("1", Read(frames).Text("code"));
    }

    [Fact]
    public void WithoutAKeyNothingIsSigned()
    {
        var open = new MessageCodec([]);
        var frames = open.Write(Message.Create("status", "s", null, [], []));
        Assert.Empty(frames[1]);
        Assert.True(open.TryRead(frames, out _, out _));
    }

    [Theory]
    [InlineData("{", null)]
    [InlineData("", null)]
    [InlineData("[]", "one of its parts is not a JSON object.")]
    [InlineData("null", "one of its parts is not a JSON object.")]
    [InlineData("""{"a":1,"a":2}""", null)]
    [InlineData("""{"code":"\ud800"}""", "one of its texts is not valid Unicode.")]
    [InlineData("""{"deep":[{"\ud800":1}]}""", "one of its texts is not valid Unicode.")]
    public void ContentThatIsNotSoundJsonIsRefused(string content, string? reason)
    {
        string refused = Refused(Signed(Header, "{}", "{}", content));
        Assert.True(reason is null || refused == reason, refused);
    }

    [Fact]
    public void BytesThatAreNotUnicodeOrNestTooDeepAreRefused()
    {
        Refused(Signed([Encoding.UTF8.GetBytes(Header), "{}"u8.ToArray(), "{}"u8.ToArray(), [.. "{\"a\":\""u8, 0xff, .. "\"}"u8]]));
        Refused(Signed(Header, "{}", "{}", $"{{\"a\":{new string('[', 100_000)}{new string(']', 100_000)}}}"));
    }

    [Theory]
    [InlineData("{}", "msg_id")]
    [InlineData("""{"msg_id":1,"msg_type":"a","session":"s"}""", "msg_id")]
    [InlineData("""{"msg_id":"1","msg_type":null,"session":"s"}""", "msg_type")]
    [InlineData("""{"msg_id":"1","msg_type":"a"}""", "session")]
    public void AHeaderSaysWhatItIsAHeaderOf(string header, string missing) =>
        Assert.Equal($"its header has no {missing}.", Refused(Signed(header, "{}", "{}", "{}")));

    [Fact]
    public void FramesWithoutDelimiterOrPartsAreRefused()
    {
        Assert.Equal("it has no delimiter <IDS|MSG>.", Refused([]));
        Assert.Equal("it has no delimiter <IDS|MSG>.", Refused([[1], [2], [3], [4], [5], [6], [7]]));
        Assert.Equal("it has too few parts.", Refused([.. Signed(Header, "{}", "{}", "{}").SkipLast(1)]));
    }

    [Fact]
    public void NoFramesAtAllMakeItThrow()
    {
        // Without a key, so that what is damaged gets beyond the signature.
        var open = new MessageCodec([]);
        byte[] sound = [.. Signed(Header, "{}", "{}", """{"code":"x","silent":[1,{"a":"\u00e4"}]}""").SelectMany(frame => frame.Append((byte)'\n'))];
        Gen.Select(Gen.Int[0, sound.Length - 1], Gen.Byte).Array[0, 6].Sample(damages =>
        {
            byte[] bytes = [.. sound];
            foreach ((int at, byte value) in damages)
            {
                bytes[at] = value;
            }
            List<byte[]> frames = [[]];
            foreach (byte b in bytes)
            {
                if (b == '\n')
                {
                    frames.Add([]);
                }
                else
                {
                    frames[^1] = [.. frames[^1], b];
                }
            }
            Assert.Equal(open.TryRead(frames, out var message, out string? reason), reason is null && message is not null);
        }, iter: 2000);
    }

    [Fact]
    public void AFieldOfTheWrongKindIsNamed()
    {
        var request = Message.Create("complete_request", "s", null, [], new() { ["code"] = 1, ["silent"] = "yes" });
        Assert.Equal("complete_request: code must be a string, and is 1.", Error(() => request.Text("code")));
        Assert.Equal("complete_request: pattern is missing; it must be a string.", Error(() => request.Text("pattern")));
        Assert.Equal("complete_request: silent must be true or false, and is \"yes\".", Error(() => request.Flag("silent", true)));
        Assert.Equal(7, request.Number("cursor_pos", 7));

        static string Error(Func<object> read) => Assert.Throws<InvalidDataException>(read).Message;
    }

    private static IReadOnlyList<byte[]> Signed(params string[] parts) => Signed([.. parts.Select(Encoding.UTF8.GetBytes)]);

    private static IReadOnlyList<byte[]> Signed(byte[][] parts) =>
        ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(_key, parts.SelectMany(part => part).ToArray()))), .. parts];

    private static Message Read(IReadOnlyList<byte[]> frames)
    {
        Assert.True(_codec.TryRead(frames, out var message, out string? reason), reason);
        return message;
    }

    private static string Refused(IReadOnlyList<byte[]> frames)
    {
        Assert.False(_codec.TryRead(frames, out _, out string? reason));
        return reason;
    }
}
