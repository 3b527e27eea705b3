using System.Net.Sockets;
using DualStack;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Sockets;

/// <summary>Listens on every address of a TCP endpoint and says who cannot come by it.</summary>
internal static class TcpBinder
{
    public static async Task<Listening> BindAsync(ManagementEndpoint.Tcp endpoint, ManagementListenerOptions options, CancellationToken cancellationToken)
    {
        BoundSockets bound = await PassiveBinder.BindAsync(endpoint.Host, endpoint.Port, endpoint.Family, SocketType.Stream, cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (Socket socket in bound.Sockets)
                socket.Listen(options.Backlog);
        }
        catch
        {
            foreach (Socket socket in bound.Sockets)
                socket.Dispose();
            throw;
        }

        List<string> warnings = [.. bound.Missing.Select(address => $"{endpoint}: this machine has no address {address}, so nobody can come by it.")];
        if (endpoint.Family == AddressFamily.Unspecified && bound.OnlyFamily is { } only)
        {
            (string has, string lacks, string scheme) = only == AddressFamily.InterNetwork ? ("IPv4", "IPv6", "tcp4") : ("IPv6", "IPv4", "tcp6");
            warnings.Add($"{endpoint} stands for {has} addresses only: a peer that comes by {lacks} is refused. Write {scheme}:// if that is meant.");
        }

        return new Listening(bound.Sockets, warnings);
    }
}
