namespace OpenVpn.Simulator;

/// <summary>Which OpenVPN is played: the two whose conversation differs for a server.</summary>
public enum OpenVpnRelease
{
    /// <summary>2.6.14: addresses without protocol, byte counts when a packet passes.</summary>
    V26,

    /// <summary>2.7.6: addresses with protocol, byte counts by the clock, push-update.</summary>
    V27,
}
