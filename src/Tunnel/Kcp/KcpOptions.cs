namespace Tunnel.Kcp;

/// <summary>
/// Settings of KCP. All of them are local: a peer with others still understands this one. The defaults are those of Go's kcp-go, which tun2 uses.
/// </summary>
public sealed record KcpOptions
{
    /// <summary>Faster settings for both ends of a connection between two of this library: short intervals, wide windows, acknowledgements at once.</summary>
    public static KcpOptions Fast { get; } = new()
    {
        Interval = TimeSpan.FromMilliseconds(10),
        MinimumResendTimeout = TimeSpan.FromMilliseconds(30),
        FastResend = 2,
        CongestionWindow = false,
        AcknowledgeAtOnce = true,
        SendWindow = 1024,
        ReceiveWindow = 1024,
    };

    /// <summary>How often acknowledgements and resends are sent.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The least time after which a segment is sent again.</summary>
    public TimeSpan MinimumResendTimeout { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Resend a segment once this many later ones were acknowledged; 0 is off.</summary>
    public int FastResend { get; init; }

    /// <summary>Whether loss slows the sender down.</summary>
    public bool CongestionWindow { get; init; } = true;

    /// <summary>Acknowledge each datagram at once instead of at the next interval.</summary>
    public bool AcknowledgeAtOnce { get; init; }

    /// <summary>Segments this side has in flight at most.</summary>
    public int SendWindow { get; init; } = 32;

    /// <summary>Segments the peer may have in flight.</summary>
    public int ReceiveWindow { get; init; } = 32;

    /// <summary>Largest datagram in bytes.</summary>
    public int MaxDatagramSize { get; init; } = 1400;

    /// <summary>Sessions one address (IPv6: one /64) may have on a server.</summary>
    public int MaxSessionsPerAddress { get; init; } = 16;

    /// <summary>Sessions of a server, all together.</summary>
    public int MaxSessions { get; init; } = 4096;
}
