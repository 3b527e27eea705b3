namespace Dashboard.Live;

/// <summary>What an OpenVPN process is in its VPN.</summary>
public enum DaemonRole
{
    /// <summary>It has not shown it yet.</summary>
    Unknown,

    /// <summary>Clients connect to it.</summary>
    Server,

    /// <summary>It connects to a server, or to one peer: it has no list of clients.</summary>
    Client,
}
