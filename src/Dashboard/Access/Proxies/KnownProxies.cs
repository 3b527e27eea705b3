using System.Net;

namespace Dashboard.Access.Proxies;

/// <summary>The addresses whose word about a request's sender is believed.</summary>
internal static class KnownProxies
{
    /// <summary>Reads "10.1.2.3", "::1" or "10.0.0.0/8": an address is a network of one.</summary>
    public static bool TryParse(string? text, out IPNetwork network)
    {
        if (IPAddress.TryParse(text, out IPAddress? address) && text.AsSpan().ContainsAny('.', ':')) // "1" would be 0.0.0.1
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }
        // Everybody is not a proxy: a network without a prefix would believe whoever connects.
        return IPNetwork.TryParse(text, out network) && network.PrefixLength > 0;
    }

    /// <summary>Whether the address is within one of the networks, also where it came as an IPv4 address in IPv6's clothes.</summary>
    public static bool Include(IEnumerable<IPNetwork> networks, IPAddress? address)
    {
        if (address is null)
            return false;
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return networks.Any(network => network.Contains(plain));
    }
}
