using System.Net;
using System.Net.Sockets;
using Mgmt.Core.Connection;

namespace Mgmt.Core.Sockets;

/// <summary>Listens on every address that a name stands for, all at once and on one port.</summary>
internal static class PassiveBinder
{
    /// <summary>The host that stands for every address of this machine.</summary>
    public const string AnyHost = "*";

    public static async Task<BoundSockets> BindAsync(ManagementEndpoint.Tcp endpoint, ManagementListenerOptions options, CancellationToken cancellationToken)
    {
        IReadOnlyList<IPAddress> addresses = await ResolveAsync(endpoint, cancellationToken).ConfigureAwait(false);
        const int attempts = 10; // port 0: the port chosen for one family may be in use in the other
        for (int attempt = 1; ; attempt++)
        {
            var sockets = new List<Socket>();
            try
            {
                return Bind(endpoint, addresses, options, sockets);
            }
            catch (SocketException error)
            {
                foreach (Socket socket in sockets)
                    socket.Dispose();
                if (endpoint.Port != 0 || error.SocketErrorCode != SocketError.AddressAlreadyInUse || attempt == attempts)
                    throw;
            }
        }
    }

    /// <summary>The addresses to listen on, as getaddrinfo gives them with AI_PASSIVE.</summary>
    /// <exception cref="SocketException">The name stands for nothing of the wanted family.</exception>
    private static async Task<IReadOnlyList<IPAddress>> ResolveAsync(ManagementEndpoint.Tcp endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Host == AnyHost)
        {
            return endpoint.Family switch
            {
                AddressFamily.InterNetwork => [IPAddress.Any],
                AddressFamily.InterNetworkV6 => [IPAddress.IPv6Any],
                _ => [IPAddress.Any, IPAddress.IPv6Any],
            };
        }

        if (IPAddress.TryParse(endpoint.Host, out IPAddress? literal))
            return [literal];
        IPAddress[] resolved = await Dns.GetHostAddressesAsync(endpoint.Host, endpoint.Family, cancellationToken).ConfigureAwait(false);
        return resolved.Length > 0 ? [.. resolved.Distinct()] : throw new SocketException((int)SocketError.HostNotFound);
    }

    private static BoundSockets Bind(ManagementEndpoint.Tcp endpoint, IReadOnlyList<IPAddress> addresses, ManagementListenerOptions options, List<Socket> sockets)
    {
        var warnings = new List<string>();
        SocketException? missing = null;
        int port = endpoint.Port;
        foreach (IPAddress address in addresses)
        {
            Socket? socket = null;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                if (address.AddressFamily == AddressFamily.InterNetworkV6)
                    socket.DualMode = false; // the other family has its own socket
                socket.Bind(new IPEndPoint(address, port));
                socket.Listen(options.Backlog);
            }
            catch (SocketException error) when (addresses.Count > 1 && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                socket?.Dispose();
                missing = error;
                warnings.Add($"{endpoint}: this machine has no address {address}, so nobody can come by it.");
                continue;
            }
            catch
            {
                socket?.Dispose();
                throw;
            }

            sockets.Add(socket);
            port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        }

        if (sockets.Count == 0)
            throw missing!;
        if (endpoint.Family == AddressFamily.Unspecified && sockets.Select(socket => socket.AddressFamily).Distinct().Count() == 1)
        {
            (string has, string lacks) = sockets[0].AddressFamily == AddressFamily.InterNetwork ? ("IPv4", "IPv6") : ("IPv6", "IPv4");
            warnings.Add($"{endpoint} stands for {has} addresses only: a peer that comes by {lacks} is refused. Write {(has == "IPv4" ? "tcp4" : "tcp6")}:// if that is meant.");
        }

        return new BoundSockets(sockets, warnings);
    }
}
