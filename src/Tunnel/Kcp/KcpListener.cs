using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Tunnel.Server;

namespace Tunnel.Kcp;

/// <summary>
/// The server's end of KCP on one socket. A conversation begins with a push of number 0 only, its source is believed once it has echoed what was sent
/// there, and each address has a limited number of them.
/// </summary>
internal sealed class KcpListener : IAsyncDisposable
{
    private static readonly TimeSpan s_replaceableAfter = TimeSpan.FromSeconds(5);

    private readonly Socket _socket;
    private readonly KcpOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<SocketAddress, KcpConnection> _connections = [];
    private readonly Dictionary<string, int> _byAddress = new(StringComparer.Ordinal);
    private readonly Channel<KcpConnection> _accepted = Channel.CreateBounded<KcpConnection>(128);
    private readonly Task _receiving;

    public KcpListener(Socket socket, KcpOptions options, TimeProvider time)
    {
        (_socket, _options, _time) = (socket, options, time);
        KcpSocket.Prepare(socket);
        _receiving = ReceiveAsync();
    }

    public int Count
    {
        get
        {
            lock (_gate)
                return _connections.Count;
        }
    }

    /// <exception cref="ChannelClosedException">The listener was disposed.</exception>
    public ValueTask<KcpConnection> AcceptAsync(CancellationToken cancellationToken) => _accepted.Reader.ReadAsync(cancellationToken);

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[64 * 1024];
        var from = new SocketAddress(_socket.AddressFamily);
        while (true)
        {
            try
            {
                int count = await _socket.ReceiveFromAsync(buffer.AsMemory(), SocketFlags.None, from).ConfigureAwait(false);
                Dispatch(buffer.AsSpan(0, count), from);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException error)
            {
                if (error.SocketErrorCode is SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket)
                    return;
                // What another host said about a datagram of ours ends nothing here.
            }
        }
    }

    private void Dispatch(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        KcpConnection? connection;
        lock (_gate)
            connection = _connections.GetValueOrDefault(from);
        if (connection is null || IsReplaced(connection, datagram))
        {
            connection?.Dispose();
            connection = TryBegin(datagram, from);
        }

        connection?.Input(datagram);
    }

    /// <summary>The same address begins anew, and the old conversation has been silent: a client that came back with its old port.</summary>
    private static bool IsReplaced(KcpConnection connection, ReadOnlySpan<byte> datagram) =>
        connection.Silence > s_replaceableAfter && KcpControl.Begins(datagram, out uint conversation) && conversation != connection.Conversation;

    private KcpConnection? TryBegin(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        if (!KcpControl.Begins(datagram, out uint conversation))
            return null;
        var remote = (IPEndPoint)new IPEndPoint(_socket.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0).Create(from);
        string address = AddressKey.Of(remote);
        var key = new SocketAddress(from.Family, from.Size);
        from.Buffer[..from.Size].CopyTo(key.Buffer);
        KcpConnection connection;
        lock (_gate)
        {
            int here = _byAddress.GetValueOrDefault(address);
            if (_connections.Count >= _options.MaxSessions || here >= _options.MaxSessionsPerAddress)
                return null;
            connection = new KcpConnection(
                conversation, remote, _options, bytes => KcpSocket.TrySend(_socket, bytes, key), isProven: false, closed => Remove(closed, key, address), _time);
            _connections.Add(key, connection);
            _byAddress[address] = here + 1;
        }

        if (_accepted.Writer.TryWrite(connection))
            return connection;
        connection.Dispose();
        return null;
    }

    private void Remove(KcpConnection connection, SocketAddress key, string address)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue(key, out KcpConnection? current) || current != connection)
                return;
            _connections.Remove(key);
            if (--_byAddress[address] == 0)
                _byAddress.Remove(address);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _accepted.Writer.TryComplete();
        KcpConnection[] left;
        lock (_gate)
            left = [.. _connections.Values];
        foreach (KcpConnection connection in left)
            connection.Dispose();
        _socket.Dispose();
        await _receiving.ConfigureAwait(false);
    }
}
