using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbook.Kernel;
using Xunit;

namespace Workbook.Tests.Kernel;

/// <summary>The built program as a kernel, with the sockets of a front end.</summary>
public sealed class KernelProcess : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;
    private readonly MessageCodec _codec;
    private readonly SubscriberSocket _iopub = new();
    private readonly Dictionary<Channel, DealerSocket> _sockets = [];
    private readonly string _session = Guid.NewGuid().ToString();

    public KernelProcess()
    {
        int[] ports = FreePorts(5);
        Connection = new("127.0.0.1", ports[0], ports[1], ports[2], ports[3], ports[4], "tcp", "hmac-sha256", "a key");
        _codec = new MessageCodec(Connection.KeyBytes());
        string file = _folder.Write("connection.json", JsonSerializer.Serialize(Connection));
        _process = BuiltProgram.Start(_folder.Path, "kernel", "run", file, "--grace", "1");
        // Or it would wait for a reader once the pipe is full.
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        byte[] identity = Encoding.ASCII.GetBytes(_session);
        foreach ((var channel, int port) in new[] { (Channel.Shell, ports[0]), (Channel.Control, ports[1]), (Channel.Stdin, ports[3]) })
        {
            var socket = _sockets[channel] = new();
            socket.Options.Identity = identity;
            socket.Connect($"tcp://127.0.0.1:{port}");
        }
        _iopub.Connect($"tcp://127.0.0.1:{ports[2]}");
        _iopub.SubscribeToAnyTopic();
        Heartbeat.Connect($"tcp://127.0.0.1:{ports[4]}");
        // Subscriptions take a moment to arrive: go on once a status is heard.
        Message? heard = null;
        while (heard is null)
        {
            Ask(Channel.Shell, "kernel_info_request", []);
            TryReceive(_iopub, TimeSpan.FromMilliseconds(200), out heard);
        }
        // Whatever was published for those comes before this one's idle.
        var last = Send(Channel.Shell, "kernel_info_request", []);
        Receive(Channel.Shell, last);
        Published(last);
    }

    internal ConnectionFile Connection { get; }

    internal RequestSocket Heartbeat { get; } = new();

    internal bool HasExited(TimeSpan patience) => _process.WaitForExit(patience) && _process.ExitCode == 0;

    /// <summary>Sends a request.</summary>
    internal Message Send(Channel channel, string type, JsonObject content, Message? parent = null, JsonObject? metadata = null)
    {
        var message = Message.Create(type, _session, parent, [], content) with { Metadata = metadata ?? [] };
        SendFrames(channel, _codec.Write(message));
        return message;
    }

    internal void SendFrames(Channel channel, IReadOnlyList<byte[]> frames) => _sockets[channel].SendMultipartBytes(frames);

    /// <summary>Sends a request to run a cell.</summary>
    internal Message Execute(string code, params (string Name, JsonNode? Value)[] options)
    {
        var content = new JsonObject { ["code"] = code, ["silent"] = false, ["store_history"] = true };
        foreach ((string name, var value) in options)
        {
            content[name] = value;
        }
        return Send(Channel.Shell, "execute_request", content);
    }

    /// <summary>Runs a cell to its end.</summary>
    internal (JsonObject Reply, IReadOnlyList<Message> Published) Run(string code, params (string Name, JsonNode? Value)[] options)
    {
        var request = Execute(code, options);
        return (Receive(Channel.Shell, request).Content, Published(request));
    }

    /// <summary>Sends a request and waits for the reply.</summary>
    internal JsonObject Ask(Channel channel, string type, JsonObject content) => Receive(channel, Send(channel, type, content)).Content;

    /// <summary>The next message on a channel, which has to belong to the request, if one is given.</summary>
    internal Message Receive(Channel channel, Message? request = null)
    {
        Assert.True(TryReceive(_sockets[channel], _patience, out var message), $"Nothing came on {channel}.");
        Assert.True(request is null || JsonNode.DeepEquals(message.Parent, request.Header), $"{message.Parent} is not {request?.Header}");
        return message;
    }

    internal bool HearsNothing(Channel channel) => !TryReceive(_sockets[channel], TimeSpan.FromMilliseconds(300), out _);

    /// <summary>The next published message.</summary>
    internal Message Published()
    {
        Assert.True(TryReceive(_iopub, _patience, out var message), "Nothing was published.");
        return message;
    }

    /// <summary>What is published for a request, from busy to idle.</summary>
    internal IReadOnlyList<Message> Published(Message request)
    {
        var messages = new List<Message>();
        while (messages is not [.., { Type: "status" } last] || (string?)last.Content["execution_state"] != "idle")
        {
            var message = Published();
            if (JsonNode.DeepEquals(message.Parent, request.Header))
            {
                messages.Add(message);
            }
        }
        return messages;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
        _iopub.Dispose();
        Heartbeat.Dispose();
        foreach (var socket in _sockets.Values)
        {
            socket.Options.Linger = TimeSpan.Zero;
            socket.Dispose();
        }
        _folder.Dispose();
    }

    private bool TryReceive(NetMQSocket socket, TimeSpan patience, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Message? message)
    {
        List<byte[]> frames = [];
        message = null;
        if (!socket.TryReceiveMultipartBytes(patience, ref frames))
        {
            return false;
        }
        Assert.True(_codec.TryRead(frames, out message, out string? reason), reason);
        return true;
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (var listener in listeners)
        {
            listener.Start();
        }
        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }
        return ports;
    }
}
