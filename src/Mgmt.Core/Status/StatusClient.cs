namespace Mgmt.Core.Status;

/// <summary>One row of a server's client list.</summary>
public sealed record StatusClient
{
    /// <summary>The text that stands for an unknown name; a client may really be called so.</summary>
    public const string Undefined = "UNDEF";

    /// <summary>The CID; null in version 1.</summary>
    public ClientId? Id { get; init; }

    /// <summary>The common name as on the wire: text from a stranger.</summary>
    public required string CommonName { get; init; }

    /// <summary>The name is <c>UNDEF</c>: most probably not known yet (a connection that has not spoken).</summary>
    public bool IsUndefined => CommonName == Undefined;

    /// <summary>Where the client comes from.</summary>
    public RealAddress RealAddress { get; init; }

    /// <summary>IPv4 address in the tunnel; empty until the client is through, and in version 1.</summary>
    public string VirtualAddress { get; init; } = "";

    /// <summary>IPv6 address in the tunnel, or empty.</summary>
    public string VirtualAddress6 { get; init; } = "";

    /// <summary>Bytes that the server received from the client in this session.</summary>
    public ulong BytesReceived { get; init; }

    /// <summary>Bytes that the server sent to the client in this session.</summary>
    public ulong BytesSent { get; init; }

    /// <summary>When the session began; null in version 1, which only has the server's local time.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>The same in the server's local time and words; only in version 1.</summary>
    public string? ConnectedSinceText { get; init; }

    /// <summary>The user name; null where the server has none (<c>UNDEF</c>) and in version 1.</summary>
    public string? Username { get; init; }

    /// <summary>The peer id; null if absent.</summary>
    public int? PeerId { get; init; }

    /// <summary>The data channel's cipher; null in 2.4 and version 1. Means nothing for a client that is not through.</summary>
    public string? Cipher { get; init; }
}
