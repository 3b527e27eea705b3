using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Tunnel.Kcp;

/// <summary>The client's end of KCP: one socket for each connection.</summary>
internal static class KcpDialer
{
    /// <summary>Makes a connection. Nothing is sent before something is written, so nothing is known about the other end.</summary>
    public static KcpConnection Dial(IPEndPoint remote, KcpOptions options, TimeProvider time)
    {
        var socket = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            KcpSocket.Prepare(socket);
            socket.Connect(remote);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var connection = new KcpConnection(
            BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)),
            remote,
            options,
            datagram => KcpSocket.TrySend(socket, datagram, null),
            isProven: true, // we chose whom to talk to
            _ => socket.Dispose(),
            time);
        _ = ReceiveAsync(socket, connection);
        return connection;
    }

    private static async Task ReceiveAsync(Socket socket, KcpConnection connection)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).ConfigureAwait(false);
                connection.Input(buffer.AsSpan(0, count));
            }
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // "Connection refused" is an honest answer: nobody listens there.
            connection.Fail(error);
        }
    }
}
