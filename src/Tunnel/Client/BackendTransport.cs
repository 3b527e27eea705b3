using Tunnel.Http;

namespace Tunnel.Client;

/// <summary>A connection to the backend, for one request after the other.</summary>
internal sealed class BackendTransport(BackendConnections pool, Stream stream, System.Net.Sockets.Socket socket) : ExchangeTransport
{
    public override Stream Stream => stream;

    /// <summary>Something waits to be read, or the backend has closed: either way no request may follow.</summary>
    public bool IsStale => !socket.Connected || socket.Poll(TimeSpan.Zero, System.Net.Sockets.SelectMode.SelectRead);

    public override void Release(bool reusable) => pool.Release(this, reusable);
}
