using System.Net;
using System.Net.Sockets;

namespace DualStack;

/// <summary>Binds every address that a name stands for, all at once and on one port.</summary>
internal static class PassiveBinder
{
    /// <summary>All addresses or none, but for those that this machine does not have. An IPv6 socket never takes IPv4 besides, so each family has its own.</summary>
    /// <param name="host">A name, an address, or <see cref="HostAddresses.Any"/>.</param>
    /// <param name="port">0: all get the port that the first one is given.</param>
    /// <param name="family">Unspecified for both.</param>
    /// <param name="type">Stream or datagram. A stream socket does not listen yet.</param>
    /// <param name="cancellationToken">Ends the look-up of the name.</param>
    /// <exception cref="SocketException">One of them cannot be bound, or the name stands for nothing of the family.</exception>
    public static async Task<BoundSockets> BindAsync(string host, int port, AddressFamily family, SocketType type, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = await HostAddresses.ResolvePassiveAsync(host, family, cancellationToken).ConfigureAwait(false);
        const int attempts = 10; // port 0: the port chosen for one family may be in use in the other
        for (int attempt = 1; ; attempt++)
        {
            var sockets = new List<Socket>();
            try
            {
                return Bind(addresses, port, type, sockets);
            }
            catch (SocketException error)
            {
                foreach (Socket socket in sockets)
                    socket.Dispose();
                if (port != 0 || error.SocketErrorCode != SocketError.AddressAlreadyInUse || attempt == attempts)
                    throw;
            }
        }
    }

    private static BoundSockets Bind(IPAddress[] addresses, int port, SocketType type, List<Socket> sockets)
    {
        var missing = new List<IPAddress>();
        SocketException? reason = null;
        foreach (IPAddress address in addresses)
        {
            try
            {
                Socket socket = Bind(new IPEndPoint(address, port), type);
                sockets.Add(socket);
                port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            }
            catch (SocketException error) when (addresses.Length > 1 && error.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
            {
                reason = error;
                missing.Add(address);
            }
        }

        return sockets.Count > 0 ? new BoundSockets(sockets, missing) : throw reason!;
    }

    private static Socket Bind(IPEndPoint address, SocketType type)
    {
        var socket = new Socket(address.AddressFamily, type, type == SocketType.Dgram ? ProtocolType.Udp : ProtocolType.Tcp);
        try
        {
            if (address.AddressFamily == AddressFamily.InterNetworkV6)
                socket.DualMode = false; // the other family has its own socket
            socket.Bind(address);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
