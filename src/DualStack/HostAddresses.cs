using System.Net;
using System.Net.Sockets;

namespace DualStack;

/// <summary>What a host's name stands for.</summary>
internal static class HostAddresses
{
    /// <summary>The host that stands for every address of this machine.</summary>
    public const string Any = "*";

    /// <summary>The addresses to dial, in the resolver's order.</summary>
    /// <param name="host">A name or an address.</param>
    /// <param name="family">Unspecified for both.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    /// <exception cref="SocketException">The host is unknown or has no address of the family.</exception>
    public static async Task<IPAddress[]> ResolveAsync(string host, AddressFamily family, CancellationToken cancellationToken)
    {
        IPAddress[] addresses = IPAddress.TryParse(host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(host, family, cancellationToken).ConfigureAwait(false);
        IPAddress[] usable = [.. addresses.Distinct().Where(address => family is AddressFamily.Unspecified || address.AddressFamily == family)];
        return usable.Length > 0 ? usable : throw new SocketException((int)SocketError.HostNotFound);
    }

    /// <summary>The addresses to listen on, as getaddrinfo gives them with AI_PASSIVE.</summary>
    /// <inheritdoc cref="ResolveAsync"/>
    public static async Task<IPAddress[]> ResolvePassiveAsync(string host, AddressFamily family, CancellationToken cancellationToken) => (host, family) switch
    {
        (Any, AddressFamily.InterNetwork) => [IPAddress.Any],
        (Any, AddressFamily.InterNetworkV6) => [IPAddress.IPv6Any],
        (Any, _) => [IPAddress.Any, IPAddress.IPv6Any],
        _ => await ResolveAsync(host, family, cancellationToken).ConfigureAwait(false),
    };
}
