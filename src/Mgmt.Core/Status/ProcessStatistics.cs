namespace Mgmt.Core.Status;

/// <summary>The status of a client or point-to-point process: counters by name, in bytes.</summary>
/// <param name="Counters">All of them, by their names on the wire.</param>
public sealed record ProcessStatistics(IReadOnlyDictionary<string, long> Counters)
{
    /// <summary>Read from the tunnel device: what the host wanted to send.</summary>
    public long? TunRead => Get("TUN/TAP read bytes");

    /// <summary>Written to the tunnel device.</summary>
    public long? TunWrite => Get("TUN/TAP write bytes");

    /// <summary>Received from the peer.</summary>
    public long? TransportRead => Get("TCP/UDP read bytes");

    /// <summary>Sent to the peer.</summary>
    public long? TransportWrite => Get("TCP/UDP write bytes");

    /// <summary>Received and authenticated.</summary>
    public long? AuthRead => Get("Auth read bytes");

    private long? Get(string name) => Counters.TryGetValue(name, out long value) ? value : null;
}
