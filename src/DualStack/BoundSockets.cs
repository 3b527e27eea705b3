using System.Net;
using System.Net.Sockets;

namespace DualStack;

/// <param name="Sockets">Bound, at least one, all on one port.</param>
/// <param name="Missing">Addresses that the name stands for and this machine does not have: nobody can come by them.</param>
internal sealed record BoundSockets(IReadOnlyList<Socket> Sockets, IReadOnlyList<IPAddress> Missing)
{
    /// <summary>The only family there is a socket for; null when there are both.</summary>
    public AddressFamily? OnlyFamily =>
        Sockets.Select(socket => socket.AddressFamily).Distinct().ToArray() is [var only] ? only : null;
}
