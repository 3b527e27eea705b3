using System.Net;
using System.Net.Sockets;

namespace Tunnel.Server;

/// <summary>What counts as one address when limits are counted: an IPv4 address, or the /64 that one IPv6 customer has.</summary>
internal static class AddressKey
{
    public static string Of(EndPoint? remote)
    {
        if (remote is not IPEndPoint { Address: var address })
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }
}
