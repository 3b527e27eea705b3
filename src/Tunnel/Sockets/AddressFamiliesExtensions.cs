using System.Net.Sockets;

namespace Tunnel.Sockets;

internal static class AddressFamiliesExtensions
{
    public static AddressFamily ToSocketFamily(this AddressFamilies families) => families switch
    {
        AddressFamilies.IPv4 => AddressFamily.InterNetwork,
        AddressFamilies.IPv6 => AddressFamily.InterNetworkV6,
        _ => AddressFamily.Unspecified,
    };
}
