namespace Mgmt.Core.Status;

/// <summary>The status of a client or point-to-point process: counters by name, in bytes.</summary>
/// <param name="Counters">All of them, by their names on the wire.</param>
public sealed record ProcessStatistics(IReadOnlyDictionary<string, ulong> Counters)
{
    /// <summary>Read from the tunnel device: what the host wanted to send.</summary>
    public ulong? TunRead => Get("TUN/TAP read bytes");

    /// <summary>Written to the tunnel device.</summary>
    public ulong? TunWrite => Get("TUN/TAP write bytes");

    /// <summary>Received from the peer.</summary>
    public ulong? TransportRead => Get("TCP/UDP read bytes");

    /// <summary>Sent to the peer.</summary>
    public ulong? TransportWrite => Get("TCP/UDP write bytes");

    /// <summary>Received and authenticated.</summary>
    public ulong? AuthRead => Get("Auth read bytes");

    private ulong? Get(string name) => Counters.TryGetValue(name, out ulong value) ? value : null;
}
