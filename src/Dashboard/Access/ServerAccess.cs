using System.Collections.Immutable;
using System.Security.Claims;
using Dashboard.Live;

namespace Dashboard.Access;

/// <summary>
/// Which servers a caller may see. Whoever is limited to some finds no trace of the others: for them, such a server does
/// not exist. The limit travels with the caller, as one claim for each server; none means all of them.
/// </summary>
internal sealed class ServerAccess
{
    /// <summary>The claim that names one server.</summary>
    public const string ClaimType = "dashboard:server";

    private readonly ImmutableHashSet<string>? _servers;

    private ServerAccess(ImmutableHashSet<string>? servers) => _servers = servers;

    /// <summary>No limit at all: for what the dashboard does by itself.</summary>
    public static ServerAccess Everything { get; } = new(null);

    /// <summary>No server: until it is known who asks.</summary>
    public static ServerAccess Nothing { get; } = new([]);

    public bool IsLimited => _servers is not null;

    /// <summary>The servers by name; null for all of them.</summary>
    public IReadOnlyCollection<string>? Servers => _servers;

    public static ServerAccess Of(ClaimsPrincipal caller)
    {
        if (caller.Identity is not { IsAuthenticated: true })
            return Nothing;
        ImmutableHashSet<string> servers = caller.FindAll(ClaimType).Select(static claim => claim.Value).ToImmutableHashSet(StringComparer.Ordinal);
        return servers.IsEmpty ? Everything : new ServerAccess(servers);
    }

    /// <summary>The claims that say this limit.</summary>
    public static IEnumerable<Claim> Claims(IEnumerable<string> servers) => servers.Select(static server => new Claim(ClaimType, server));

    public bool Includes(string server) => _servers is null || _servers.Contains(server);

    /// <summary>Whether something may be done to this target.</summary>
    public bool Covers(ServerTarget target) => target.Name is { } server ? Includes(server) : !IsLimited;

    /// <summary>The server as this caller finds it: null where they may not see it.</summary>
    public ServerSnapshot? Find(LiveStore live, string server) => Includes(server) ? live.Find(server) : null;

    /// <summary>All servers that this caller may see, by name.</summary>
    public ImmutableSortedDictionary<string, ServerSnapshot> Of(LiveStore live)
    {
        ImmutableSortedDictionary<string, ServerSnapshot> all = live.Servers;
        return _servers is null ? all : all.RemoveRange(all.Keys.Where(name => !_servers.Contains(name)));
    }
}
