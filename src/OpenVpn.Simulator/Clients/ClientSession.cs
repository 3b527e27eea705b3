using System.Globalization;

namespace OpenVpn.Simulator.Clients;

/// <summary>One session of a client: what the daemon calls a client instance.</summary>
internal sealed class ClientSession(SimulatedClient client, uint cid, int port, DateTimeOffset since)
{
    public SimulatedClient Client => client;

    public uint Cid => cid;

    public int Port => port;

    public DateTimeOffset Since { get; } = since;

    public uint Kid { get; set; }

    public long Received { get; set; }

    public long Sent { get; set; }

    public DateTimeOffset LastPacket { get; set; } = since;

    /// <summary>Whole seconds, as OpenVPN counts them here; the first packet is always told.</summary>
    public long LastByteCount { get; set; }

    /// <summary>Place in the address pool; null until the tunnel is up.</summary>
    public int? PoolIndex { get; set; }

    public bool IsEstablished => PoolIndex is not null;

    /// <summary>Answered, the tunnel follows.</summary>
    public bool IsApproved { get; set; }

    /// <summary>Denied or killed: listed until it is dropped.</summary>
    public bool IsLeaving { get; set; }

    public bool IsOver { get; set; }

    // Pool: 10.80.0.2 to 10.80.255.254, fd00:80::1000 and following.
    public string VirtualAddress => PoolIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"10.80.{(index + 2) >> 8}.{(index + 2) & 255}") : "";

    public string VirtualAddress6 => PoolIndex is { } index ? string.Create(CultureInfo.InvariantCulture, $"fd00:80::{0x1000 + index:x}") : "";
}
