namespace Tunnel.Sockets;

/// <summary>Which families of addresses may be used.</summary>
public enum AddressFamilies
{
    /// <summary>IPv6 and IPv4.</summary>
    Both,

    /// <summary>IPv4 alone.</summary>
    IPv4,

    /// <summary>IPv6 alone.</summary>
    IPv6,
}
