namespace OpenVpn.Simulator;

/// <summary>A server's configuration, as far as it shows on the management interface.</summary>
public sealed record DaemonOptions
{
    /// <summary>Which OpenVPN is played.</summary>
    public OpenVpnRelease Release { get; init; } = OpenVpnRelease.V26;

    /// <summary>The management password; null where none is asked.</summary>
    public string? Password { get; init; }

    /// <summary><c>management-hold</c>: nothing starts before a release.</summary>
    public bool Hold { get; init; }

    /// <summary><c>management-client-auth</c>: nobody comes in unasked.</summary>
    public bool ClientAuth { get; init; }

    /// <summary><c>proto udp6</c> or <c>tcp6-server</c>: one socket for both families.</summary>
    public bool DualStack { get; init; }

    /// <summary>Clients come over TCP.</summary>
    public bool Tcp { get; init; }

    /// <summary>The kernel moves the packets (data channel offload): before 2.7 no byte counts come then.</summary>
    public bool Dco { get; init; }

    /// <summary><c>duplicate-cn</c>: a second session of a name does not end the first.</summary>
    public bool DuplicateNames { get; init; }

    /// <summary>The pid that it tells.</summary>
    public int ProcessId { get; init; } = 4711;

    /// <summary>The configured <c>verb</c>, to which SIGHUP returns.</summary>
    public int Verb { get; init; } = 3;

    /// <summary><c>echo</c> lines of the configuration.</summary>
    public IReadOnlyList<string> Echo { get; init; } = [];

    /// <summary>After so long without a packet a client calls again (<c>ping-restart</c>); the server waits twice as long.</summary>
    public TimeSpan PingRestart { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The same seed and the same calls make the same conversation.</summary>
    public int Seed { get; init; } = 1;
}
