using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Fuzzing;
using Workbook.Kernel;
using Xunit;

namespace Workbook.Tests.Kernel;

[Trait("Speed", "slow")]
public sealed class MessageFuzzTests : IDisposable
{
    private static readonly byte[] _key = "a0436f6c-1916-498b-8eb9-e81ab9368e84"u8.ToArray();
    private static readonly MessageCodec _codec = new(_key);

    private readonly TemporaryFolder _folder = new(inMemory: true);

    public void Dispose() => _folder.Dispose();

    // Frames travel in one array here: each with its length before it.
    [Fact]
    public void HostileMessagesAreReadOrRefused()
    {
        byte[][][] real = [.. Requests().Select(request => _codec.Write(request).ToArray())];
        (byte[] Sound, JsonMutations Damaged)[][] parts =
            [.. real.Select(frames => frames[^4..].Select(part => (part, new JsonMutations(Encoding.UTF8.GetString(part)))).ToArray())];
        byte[][] pieces = [.. real.SelectMany(frames => frames)];

        Fuzz.Run(random => Packed(random.Next(4) switch
        {
            0 => Damaged(random, real, pieces),
            1 => Signed([.. random.Of(real)[^4..].Select(part => random.Next(3) == 0 ? random.Bytes(pieces) : part)]),
            _ => Signed([.. random.Of(parts).Select(part => random.Next(3) == 0 ? Encoding.UTF8.GetBytes(part.Damaged.Next(random)) : part.Sound)]),
        }), bytes => Use(Unpacked(bytes)), e => e is InvalidDataException, bytes => (32 << 10) + (160L * bytes.Length));
    }

    [Fact]
    public void HostileConnectionFilesAreReadOrRefused()
    {
        const string real = """
            {"shell_port":46221,"iopub_port":39171,"stdin_port":60229,"control_port":36467,"hb_port":48001,"ip":"127.0.0.1",
            "key":"0d1b-k","transport":"tcp","signature_scheme":"hmac-sha256","kernel_name":"csharp","jupyter_session":"x"}
            """;
        string path = _folder["kernel.json"];
        var document = new JsonMutations(real);
        byte[][] bytesOfReal = [Encoding.UTF8.GetBytes(real)];
        Fuzz.Run(random => random.Next(3) == 0 ? random.Bytes(bytesOfReal) : Encoding.UTF8.GetBytes(document.Next(random)), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            _ = new MessageCodec(ConnectionFile.Read(path).KeyBytes()).Write(Message.Create("status", "s", null, [], []));
        }, e => e is InvalidDataException && e.Message.StartsWith(path, StringComparison.Ordinal), bytes => (64 << 10) + (64L * bytes.Length));
    }

    /// <summary>Reads a message, writes it again, and asks for its fields; refusing by its result is an exception here.</summary>
    private static void Use(IReadOnlyList<byte[]> frames)
    {
        if (!_codec.TryRead(frames, out var message, out string? reason))
        {
            throw new InvalidDataException(reason);
        }
        Assert.True(_codec.TryRead(_codec.Write(message), out _, out string? later), later);
        if (message.Type.Length % 2 == 0)
        {
            _ = message.Text("code", "");
            _ = message.Flag("silent", false);
            _ = message.Number("cursor_pos", 0);
        }
    }

    private static Message[] Requests()
    {
        var execute = new Message([[1, 2, 3], "topic"u8.ToArray()], Header("execute_request"), [], [], new()
        {
            ["code"] = "display(\"ü 😀\");\nvar a = 1;",
            ["silent"] = false,
            ["store_history"] = true,
            ["user_expressions"] = new JsonObject { ["x"] = "1" },
            ["allow_stdin"] = false,
        });
        return
        [
            execute,
            new Message([[0]], Header("complete_request"), [], [], new() { ["code"] = "Consol", ["cursor_pos"] = 6 }),
            new Message([], Header("input_reply"), execute.Header.DeepClone().AsObject(), [], new() { ["value"] = "42", ["list"] = new JsonArray(1, null, 2.5, new JsonObject()) }),
        ];
    }

    // The same in every run, unlike those that Message.Create makes.
    private static JsonObject Header(string type) => new()
    {
        ["msg_id"] = "2b7e1516-28ae-d2a6-abf7-158809cf4f3c",
        ["msg_type"] = type,
        ["session"] = "front end",
        ["username"] = "ü",
        ["date"] = "2026-01-01T00:00:00.000000Z",
        ["version"] = "5.3",
    };

    /// <summary>Frames left out, twice, exchanged or damaged; with a signature as it was.</summary>
    private static byte[][] Damaged(Random random, byte[][][] real, byte[][] pieces) => [.. random.Of(real).SelectMany(frame => random.Next(10) switch
    {
        0 => Array.Empty<byte[]>(),
        1 => [frame, frame],
        2 => [random.Of(pieces)],
        3 => [random.Bytes(pieces)],
        _ => [frame],
    })];

    private static byte[][] Signed(byte[][] parts) =>
        ["<IDS|MSG>"u8.ToArray(), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(_key, parts.SelectMany(part => part).ToArray()))), .. parts];

    private static byte[] Packed(byte[][] frames) => [.. frames.SelectMany(frame => (byte[])[.. BitConverter.GetBytes(frame.Length), .. frame])];

    private static List<byte[]> Unpacked(byte[] bytes)
    {
        var frames = new List<byte[]>();
        for (int at = 0; at < bytes.Length; at += 4 + frames[^1].Length)
        {
            frames.Add(bytes[(at + 4)..(at + 4 + BitConverter.ToInt32(bytes, at))]);
        }
        return frames;
    }
}
