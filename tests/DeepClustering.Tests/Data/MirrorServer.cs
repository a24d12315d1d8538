using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DeepClustering.Tests.Data;

/// <summary>What the server was asked for: the file's name and where its range starts, null without a range.</summary>
internal sealed record MirrorRequest(string File, long? From);

/// <summary>What the server sends: a status, headers, a body that may be shorter than the length announced, pauses within it, and silence after it.</summary>
internal sealed record MirrorReply(
    string Status, ReadOnlyMemory<byte> Body, long? AnnouncedLength, string Headers = "", TimeSpan Pause = default, bool ThenStalls = false);

/// <summary>A web server on a free loopback port that behaves as badly as it is told.</summary>
internal sealed class MirrorServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<MirrorRequest, MirrorReply> _reply;

    // A proxy of the environment would be asked for the loopback address, too.
    static MirrorServer() => HttpClient.DefaultProxy = new WebProxy();

    public MirrorServer(Func<MirrorRequest, MirrorReply> reply)
    {
        _reply = reply;
        _listener.Start();
        _ = AcceptAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}/mnist/");

    public ConcurrentQueue<MirrorRequest> Requests { get; } = new();

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Dispose();
    }

    public static MirrorReply NotFound => new("404 Not Found", default, 0);

    public static MirrorReply Whole(byte[] bytes) => new("200 OK", bytes, bytes.Length);

    public static MirrorReply Range(byte[] bytes, long? from) => from switch
    {
        null => Whole(bytes),
        { } start when start >= bytes.Length => new("416 Range Not Satisfiable", default, 0),
        { } start => new("206 Partial Content", bytes.AsMemory((int)start), bytes.Length - start,
            $"Content-Range: bytes {start}-{bytes.Length - 1}/{bytes.Length}\r\n"),
    };

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // the end of the test
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var request = await ReadRequestAsync(stream);
            Requests.Enqueue(request);
            var reply = _reply(request);
            string length = reply.AnnouncedLength is { } bytes ? $"Content-Length: {bytes}\r\n" : "";
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {reply.Status}\r\n{length}{reply.Headers}Connection: close\r\n\r\n"), _stop.Token);
            await SendBodyAsync(stream, reply);
            if (reply.ThenStalls)
            {
                await Task.Delay(Timeout.Infinite, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // the client hung up, or the end of the test
        }
    }

    private async Task SendBodyAsync(NetworkStream stream, MirrorReply reply)
    {
        int piece = reply.Pause > TimeSpan.Zero ? reply.Body.Length / 10 + 1 : reply.Body.Length;
        for (int sent = 0; sent < reply.Body.Length; sent += piece)
        {
            await Task.Delay(reply.Pause, _stop.Token);
            await stream.WriteAsync(reply.Body[sent..Math.Min(sent + piece, reply.Body.Length)], _stop.Token);
        }
    }

    private async Task<MirrorRequest> ReadRequestAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string file = (await reader.ReadLineAsync(_stop.Token))!.Split(' ')[1].Split('/')[^1];
        long? from = null;
        while (await reader.ReadLineAsync(_stop.Token) is { Length: > 0 } header)
        {
            if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
            {
                from = long.Parse(header["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
            }
        }
        return new MirrorRequest(file, from);
    }
}
