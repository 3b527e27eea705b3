using System.Net.Security;

namespace Tunnel;

/// <summary>
/// The name two ends of this library agree on in TLS (ALPN) when they want more than tun2 has: version 2 of smux, several requests for each
/// stream, upgrades. Go's tun2 offers no names at all, so it never meets this.
/// </summary>
internal static class TunnelProtocols
{
    public static readonly SslApplicationProtocol Extended = new("tun2-extended/1");
}
