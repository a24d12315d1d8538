using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using NetMQ;
using NetMQ.Sockets;
using Workbook.Terminal;

namespace Workbook.Kernel;

/// <summary>The channels that messages come on and go out on.</summary>
internal enum Channel
{
    Shell,
    Control,
    Stdin,
    IOPub,
}

/// <summary>The kernel's sockets. One thread uses them; what sends hands messages to it and may be called on any.</summary>
internal sealed class Channels : IDisposable
{
    private readonly string _session = Guid.NewGuid().ToString();
    private readonly MessageCodec _codec;
    private readonly Action<Channel, Message> _received;
    private readonly Dictionary<Channel, NetMQSocket> _sockets = [];
    private readonly RouterSocket _heartbeat = new();
    private readonly NetMQQueue<(Channel To, IReadOnlyList<byte[]> Frames)?> _outbox = new();
    private readonly NetMQPoller _poller;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the sockets and begins to receive.</summary>
    /// <param name="connection">Where to listen.</param>
    /// <param name="received">Takes every message that is signed and well formed, on the sockets' thread: must not block or throw.</param>
    /// <exception cref="IOException">A port cannot be listened on.</exception>
    public Channels(ConnectionFile connection, Action<Channel, Message> received)
    {
        _codec = new MessageCodec(connection.KeyBytes());
        _received = received;
        _poller = [_heartbeat, _outbox];
        try
        {
            Bind(_heartbeat, connection, connection.HeartbeatPort);
            _heartbeat.ReceiveReady += (_, _) => Echo();
            Open(Channel.Shell, new RouterSocket(), connection, connection.ShellPort);
            Open(Channel.Control, new RouterSocket(), connection, connection.ControlPort);
            Open(Channel.Stdin, new RouterSocket(), connection, connection.StdinPort);
            Open(Channel.IOPub, new PublisherSocket(), connection, connection.IOPubPort);
        }
        catch
        {
            Close();
            throw;
        }
        _outbox.ReceiveReady += (_, _) => Transmit();
        _poller.RunAsync("Jupyter channels", isBackgroundThread: true);
    }

    /// <summary>Sends an answer, or a question, to the front end that a request came from.</summary>
    public void Send(Channel channel, string type, Message request, JsonObject content) =>
        Send(channel, Message.Create(type, _session, request, request.Identities, content));

    /// <summary>Tells all front ends something.</summary>
    /// <param name="type">The type of the message.</param>
    /// <param name="parent">The request that it belongs to, or null.</param>
    /// <param name="content">What is to be told.</param>
    public void Publish(string type, Message? parent, JsonObject content) =>
        Send(Channel.IOPub, Message.Create(type, _session, parent, [Encoding.ASCII.GetBytes(type)], content));

    /// <summary>Sends what is still to be sent, then closes the sockets.</summary>
    public void Dispose()
    {
        _outbox.Enqueue(null);
        _stopped.Task.Wait();
        Close();
        NetMQConfig.Cleanup();
    }

    private void Send(Channel channel, Message message) => _outbox.Enqueue((channel, _codec.Write(message)));

    private void Open(Channel channel, NetMQSocket socket, ConnectionFile connection, int port)
    {
        _sockets.Add(channel, socket);
        Bind(socket, connection, port);
        socket.ReceiveReady += (_, _) => Receive(channel, socket);
        _poller.Add(socket);
    }

    private static void Bind(NetMQSocket socket, ConnectionFile connection, int port)
    {
        var address = IPAddress.Parse(connection.Ip);
        // No output is dropped because a front end is slow, nor lost because the kernel ends.
        socket.Options.SendHighWatermark = 0;
        socket.Options.ReceiveHighWatermark = 0;
        socket.Options.Linger = TimeSpan.FromSeconds(1);
        socket.Options.IPv4Only = address.AddressFamily == AddressFamily.InterNetwork;
        if (socket is RouterSocket)
        {
            // A front end that comes back under its old identity is the same one.
            socket.Options.RouterHandover = true;
        }
        try
        {
            socket.Bind($"tcp://{new IPEndPoint(address, port)}");
        }
        catch (Exception e) when (e is NetMQException or SocketException)
        {
            throw new IOException($"The kernel cannot listen on {new IPEndPoint(address, port)}: {e.Message}", e);
        }
    }

    private void Receive(Channel channel, NetMQSocket socket)
    {
        List<byte[]> frames = [];
        while (socket.TryReceiveMultipartBytes(ref frames))
        {
            if (_codec.TryRead(frames, out var message, out string? reason))
            {
                _received(channel, message);
            }
            else
            {
                HostConsole.Error.WriteLine($"A message on {channel} was dropped: {reason}");
            }
        }
    }

    private void Echo()
    {
        List<byte[]> frames = [];
        while (_heartbeat.TryReceiveMultipartBytes(ref frames))
        {
            _heartbeat.SendMultipartBytes(frames);
        }
    }

    private void Transmit()
    {
        while (_outbox.TryDequeue(out var item, TimeSpan.Zero))
        {
            if (item is not { } message)
            {
                _poller.StopAsync();
                _stopped.SetResult();
                return;
            }
            _sockets[message.To].SendMultipartBytes(message.Frames);
        }
    }

    private void Close()
    {
        _poller.Dispose();
        foreach (var socket in _sockets.Values)
        {
            socket.Dispose();
        }
        _heartbeat.Dispose();
        _outbox.Dispose();
    }
}
