namespace Dashboard.Live;

/// <summary>The one tunnel of a process that is a client. Addresses are empty while there is none.</summary>
public sealed record OwnTunnel
{
    public static OwnTunnel None { get; } = new();

    /// <summary>The server that it is connected to.</summary>
    public string RemoteAddress { get; init; } = "";
    public int? RemotePort { get; init; }

    /// <summary>Its own addresses in the VPN.</summary>
    public string Address { get; init; } = "";
    public string Address6 { get; init; } = "";

    /// <summary>Bytes from and to the server since the process began; null until counted.</summary>
    public long? ReceivedBytes { get; init; }
    public long? SentBytes { get; init; }
}
