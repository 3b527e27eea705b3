namespace Tunnel;

/// <summary>What carries a tunnel connection; TLS runs inside either.</summary>
public enum CarrierProtocol
{
    /// <summary>TCP.</summary>
    Tcp,

    /// <summary>KCP over UDP, as Go's tun2 sets it. Slower; for networks that let only UDP through.</summary>
    Udp,
}
