using System.Net;
using System.Net.Sockets;

namespace Mgmt.Core.Connection;

/// <summary>An OpenVPN process that has dialled in, before anything was said. Open it or dispose it.</summary>
public sealed class IncomingConnection : IAsyncDisposable
{
    private readonly NetworkStream _transport;
    private int _isOpened;

    internal IncomingConnection(Socket socket)
    {
        if (socket.AddressFamily != AddressFamily.Unix)
            Sockets.Dialer.Prepare(socket);
        RemoteEndPoint = socket.AddressFamily == AddressFamily.Unix ? null : socket.RemoteEndPoint as IPEndPoint;
        _transport = new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>Where it comes from; null on a unix socket.</summary>
    public IPEndPoint? RemoteEndPoint { get; }

    /// <summary>Waits for the greeting and takes the connection over.</summary>
    /// <param name="options">How to behave.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ManagementOpenException">It did not work; the connection is closed.</exception>
    public Task<ManagementConnection> OpenAsync(ManagementConnectionOptions? options = null, CancellationToken cancellationToken = default) =>
        ManagementConnection.OpenAsync(TakeTransport(), options, cancellationToken);

    /// <summary>Hands the bare connection over, for callers who open it themselves or speak the daemon's side on it. It is theirs to dispose.</summary>
    public Stream TakeTransport() => Interlocked.Exchange(ref _isOpened, 1) == 0
        ? _transport
        : throw new InvalidOperationException("This connection has been opened already.");

    /// <summary>Closes the connection unless it was opened.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _isOpened, 1) == 1 ? ValueTask.CompletedTask : _transport.DisposeAsync();
}
