using System.Net;
using System.Net.Sockets;

namespace Tunnel.Kcp;

/// <summary>Sends datagrams without ever waiting: what the kernel does not take is lost, as it might be on the way.</summary>
internal static class KcpSocket
{
    private const int BufferSize = 4 * 1024 * 1024;

    public static void Prepare(Socket socket)
    {
        socket.Blocking = false;
        socket.SendBufferSize = BufferSize;
        socket.ReceiveBufferSize = BufferSize;
    }

    public static void TrySend(Socket socket, ReadOnlySpan<byte> datagram, SocketAddress? to)
    {
        try
        {
            if (to is null)
                socket.Send(datagram);
            else
                socket.SendTo(datagram, SocketFlags.None, to);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            // It is sent again when it is missed.
        }
    }
}
