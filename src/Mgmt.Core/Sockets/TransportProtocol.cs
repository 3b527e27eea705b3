using System.Net.Sockets;

namespace Mgmt.Core.Sockets;

/// <summary>A word of OpenVPN's <c>proto</c> option.</summary>
/// <param name="IsTcp">TCP rather than UDP.</param>
/// <param name="Family">The family it forces, if any.</param>
/// <param name="Side">Which side of TCP: <c>server</c>, <c>client</c>, or empty.</param>
internal sealed record TransportProtocol(bool IsTcp, AddressFamily Family, string Side)
{
    public static TransportProtocol? Parse(string word)
    {
        string name = word;
        string side = "";
        foreach (string suffix in (ReadOnlySpan<string>)["server", "client"])
        {
            if (name.EndsWith("-" + suffix, StringComparison.Ordinal))
            {
                side = suffix;
                name = name[..^(suffix.Length + 1)];
            }
        }

        return name switch
        {
            "udp" when side.Length == 0 => new TransportProtocol(IsTcp: false, AddressFamily.Unspecified, side),
            "udp4" when side.Length == 0 => new TransportProtocol(IsTcp: false, AddressFamily.InterNetwork, side),
            "udp6" when side.Length == 0 => new TransportProtocol(IsTcp: false, AddressFamily.InterNetworkV6, side),
            "tcp" => new TransportProtocol(IsTcp: true, AddressFamily.Unspecified, side),
            "tcp4" => new TransportProtocol(IsTcp: true, AddressFamily.InterNetwork, side),
            "tcp6" => new TransportProtocol(IsTcp: true, AddressFamily.InterNetworkV6, side),
            _ => null,
        };
    }
}
