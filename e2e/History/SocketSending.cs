using System.Net.Sockets;

namespace E2E.History;

internal static class SocketSending
{
    /// <summary>Sends every byte, however many the socket takes at once.</summary>
    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, cancellationToken)..];
    }
}
