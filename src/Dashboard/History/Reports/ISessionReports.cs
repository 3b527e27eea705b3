using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Live;

namespace Dashboard.History.Reports;

/// <summary>
/// Who was connected: pure reading, bounded in rows and time. Throws as <see cref="ITrafficReports"/> does. Names and
/// addresses in the answers are hostile text.
/// </summary>
internal interface ISessionReports
{
    /// <summary>Sessions that were there in a period, those that began last first, a page at a time.</summary>
    Task<Page<SessionRecord>> FindAsync(ServerAccess access, SessionQuery query, CancellationToken cancellationToken = default);

    /// <summary>Null where there is none.</summary>
    Task<SessionRecord?> GetAsync(ServerAccess access, SessionId session, CancellationToken cancellationToken = default);

    /// <summary>Clients that came back again and again, the most sessions first: at least <paramref name="atLeast"/> in the period on one server.</summary>
    /// <param name="server">Null for every server.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<ImmutableArray<FlappingClient>> FlappingAsync(ServerAccess access, HistoryRange range, string? server, int atLeast = 5, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>
    /// The reconnect chains of one client: sessions of one name on one server of which each began at most
    /// <paramref name="within"/> after the last had ended. Only chains of two and more, the newest first, at most 200.
    /// </summary>
    /// <param name="server">Null for every server.</param>
    Task<ImmutableArray<ReconnectChain>> ReconnectsAsync(ServerAccess access, string commonName, HistoryRange range, string? server, TimeSpan within, CancellationToken cancellationToken = default);

    /// <summary>
    /// Two devices on one certificate: pairs of sessions of one name that were there at the same time for at least a minute,
    /// the longest overlap first. A client that reconnects leaves its old session behind until it times out; that is told apart by
    /// <see cref="SharedName.IsTakeover"/>.
    /// </summary>
    Task<ImmutableArray<SharedName>> SharedNamesAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>Every name, those not seen for the longest time first: an access review. Names that are connected now come last.</summary>
    /// <param name="idleSince">Only names not seen since then; null for all.</param>
    Task<Page<LastSeen>> LastSeenAsync(ServerAccess access, DateTimeOffset? idleSince, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default);

    /// <summary>One name across all servers. Null where nobody has ever had that name.</summary>
    Task<ClientRecord?> ClientAsync(ServerAccess access, string commonName, CancellationToken cancellationToken = default);
}

/// <summary>Some of the rows of an answer.</summary>
/// <param name="Next">Where the next ones begin, to be handed back as it is; null after the last.</param>
internal sealed record Page<T>(ImmutableArray<T> Items, string? Next);

/// <param name="Text">A part of the common name or the user name, or an address or how it begins, with or without its port; in any case, taken literally.</param>
/// <param name="IsOpen">True for those that live, false for those that are over, null for both.</param>
/// <param name="Cursor"><see cref="Page{T}.Next"/> of the page before.</param>
/// <param name="Limit">1 to 1,000.</param>
public sealed record SessionQuery(
    HistoryRange Range, string? Server = null, string? CommonName = null, string? Text = null, bool? IsOpen = null, string? Cursor = null, int Limit = 100);

/// <summary>One session. Received is from the client, sent is to the client.</summary>
/// <param name="RealAddress">Where it began.</param>
/// <param name="Addresses">Every real address that it was seen from, in order; the first is <paramref name="RealAddress"/>.</param>
/// <param name="ConnectedSince">By the daemon's clock; the other times are by ours.</param>
/// <param name="EndedNotBefore">The end lies between these two, which are the same where it was seen; both null while it lives.</param>
public sealed record SessionRecord(
    SessionId Session,
    string Server,
    string CommonName,
    string? Username,
    long Cid,
    string RealAddress,
    ImmutableArray<string> Addresses,
    string? VirtualAddress,
    string? VirtualAddress6,
    string? Platform,
    string? Cipher,
    DateTimeOffset ConnectedSince,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    DateTimeOffset? EndedNotBefore,
    DateTimeOffset? EndedNotAfter,
    string? EndReason,
    long ReceivedBytes,
    long SentBytes)
{
    /// <summary>Whose session it was; null where OpenVPN knew no name.</summary>
    public string? Person => new ClientNames(CommonName, Username).Shown;

    public bool IsOpen => EndedNotAfter is null;

    /// <summary>It ended while nobody watched.</summary>
    public bool EndIsUncertain => EndedNotAfter - EndedNotBefore > TimeSpan.FromMinutes(1);
}

/// <param name="MedianLength">Half of the sessions were shorter.</param>
internal sealed record FlappingClient(string Server, string CommonName, int Sessions, TimeSpan MedianLength, DateTimeOffset First, DateTimeOffset Last);

/// <param name="Pauses">All of the time between the sessions.</param>
internal sealed record ReconnectChain(string Server, string CommonName, int Sessions, DateTimeOffset From, DateTimeOffset To, TimeSpan Pauses, long ReceivedBytes, long SentBytes);

/// <param name="IsTakeover">
/// Most probably one device: the older session moved nothing after the newer had begun, and timed out.
/// </param>
internal sealed record SharedName(string CommonName, SessionRecord Older, SessionRecord Newer, DateTimeOffset From, DateTimeOffset To, bool IsTakeover);

/// <param name="Last">The last time that it was seen; now where it is connected.</param>
/// <param name="IsConnected">A session of it lives.</param>
internal sealed record LastSeen(string CommonName, DateTimeOffset First, DateTimeOffset Last, bool IsConnected, int Sessions, string? LastServer);

/// <summary>All that is known of one name.</summary>
/// <param name="Usernames">That were signed in with.</param>
/// <param name="Servers">By name, those seen last first.</param>
/// <param name="Addresses">Real addresses without ports, the newest first, at most 100.</param>
/// <param name="Platforms">As the clients say themselves (<c>IV_*</c>), the newest first, at most 100.</param>
internal sealed record ClientRecord(
    string CommonName,
    ImmutableArray<string> Usernames,
    DateTimeOffset First,
    DateTimeOffset Last,
    bool IsConnected,
    int Sessions,
    long ReceivedBytes,
    long SentBytes,
    ImmutableArray<Sighting> Servers,
    ImmutableArray<Sighting> Addresses,
    ImmutableArray<Sighting> Platforms);

/// <summary>Something that a client was seen with, and when.</summary>
public sealed record Sighting(string Value, DateTimeOffset First, DateTimeOffset Last, int Sessions);
