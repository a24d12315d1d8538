using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeepClustering.Storage;

namespace Workbook.Kernel;

/// <summary>Where a front end wants the kernel to listen, and the key that its messages are signed with.</summary>
/// <param name="Ip">An IP address of this machine.</param>
/// <param name="ShellPort">Requests, answered one after the other.</param>
/// <param name="ControlPort">Requests that do not wait for a running cell.</param>
/// <param name="IOPubPort">What cells show, for all front ends.</param>
/// <param name="StdinPort">Questions to the user.</param>
/// <param name="HeartbeatPort">Echo.</param>
/// <param name="Transport">Always tcp.</param>
/// <param name="SignatureScheme">Always hmac-sha256.</param>
/// <param name="Key">The key as text; empty if messages are not signed.</param>
internal sealed record ConnectionFile(
    [property: JsonPropertyName("ip")] string Ip,
    [property: JsonPropertyName("shell_port")] int ShellPort,
    [property: JsonPropertyName("control_port")] int ControlPort,
    [property: JsonPropertyName("iopub_port")] int IOPubPort,
    [property: JsonPropertyName("stdin_port")] int StdinPort,
    [property: JsonPropertyName("hb_port")] int HeartbeatPort,
    [property: JsonPropertyName("transport")] string Transport,
    [property: JsonPropertyName("signature_scheme")] string SignatureScheme,
    [property: JsonPropertyName("key")] string Key)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a connection file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged or asks for what this kernel does not have; the message names the file.</exception>
    public static ConnectionFile Read(string path)
    {
        if (!Present.File(path))
        {
            throw new FileNotFoundException($"The connection file {Path.GetFullPath(path)} does not exist.");
        }
        try
        {
            var file = JsonSerializer.Deserialize<ConnectionFile>(File.ReadAllBytes(path), _json)
                ?? throw new InvalidDataException("it is null.");
            file.Check();
            return file;
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new InvalidDataException($"{Path.GetFullPath(path)} is not a connection file that this kernel can use: {e.Message}", e);
        }
    }

    /// <summary>The key's bytes.</summary>
    public byte[] KeyBytes() => Encoding.UTF8.GetBytes(Key);

    private void Check()
    {
        if (Transport != "tcp")
        {
            throw new InvalidDataException($"transport is \"{Transport}\", and only \"tcp\" is supported.");
        }
        if (SignatureScheme != "hmac-sha256")
        {
            throw new InvalidDataException($"signature_scheme is \"{SignatureScheme}\", and only \"hmac-sha256\" is supported.");
        }
        if (!IPAddress.TryParse(Ip, out _))
        {
            throw new InvalidDataException($"ip is \"{Ip}\", which is not an IP address.");
        }
        int[] ports = [ShellPort, ControlPort, IOPubPort, StdinPort, HeartbeatPort];
        if (ports.FirstOrDefault(port => port is < 1 or > 65535, -1) is var wrong and not -1)
        {
            throw new InvalidDataException($"{wrong} is not a port; ports are from 1 to 65535.");
        }
        if (ports.Distinct().Count() < ports.Length)
        {
            throw new InvalidDataException("two of its ports are the same.");
        }
    }
}
