using System.Net;
using System.Net.Sockets;

namespace Tunnel.Carriers;

/// <summary>A TCP connection that was dialled.</summary>
internal sealed class TcpCarrier(Socket socket) : IAsyncDisposable
{
    public Socket Socket => socket;

    public SocketStream Stream { get; } = new(socket);

    public static async Task<TcpCarrier> ConnectAsync(IPEndPoint address, CancellationToken cancellationToken)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            return new TcpCarrier(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
