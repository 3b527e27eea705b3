namespace Tunnel.Client;

/// <summary>Whether a client asks the server for more than tun2 has: version 2 of smux, many requests for each stream, upgrades.</summary>
public enum TunnelExtensions
{
    /// <summary>Speak as Go's client does.</summary>
    Off,

    /// <summary>Ask; go on without when the server does not know them.</summary>
    Prefer,

    /// <summary>Ask; do not serve without.</summary>
    Require,
}
