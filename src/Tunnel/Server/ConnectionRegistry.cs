using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Tunnel.Server;

/// <summary>The living connections, by id and by domain. Reading takes no lock.</summary>
internal sealed class ConnectionRegistry(int maxPerDomain, int maxPerUser)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Guid, TunnelConnection> _byId = new();
    private readonly ConcurrentDictionary<string, ImmutableArray<TunnelConnection>> _byDomain = new(StringComparer.Ordinal);

    public int Count => _byId.Count;

    public IEnumerable<TunnelConnection> All => _byId.Values;

    public TunnelConnection? Find(Guid id) => _byId.GetValueOrDefault(id);

    public ImmutableArray<TunnelConnection> ForDomain(string domain) =>
        _byDomain.TryGetValue(domain, out ImmutableArray<TunnelConnection> connections) ? connections : [];

    /// <summary>Adds a connection; null, or why there is no room for it.</summary>
    public string? TryAdd(TunnelConnection connection)
    {
        lock (_gate)
        {
            ImmutableArray<TunnelConnection> sameDomain = ForDomain(connection.Domain);
            if (sameDomain.Length >= maxPerDomain)
                return $"the domain {connection.Domain} has {sameDomain.Length} connections, which is the limit";
            if (_byId.Values.Count(other => string.Equals(other.User, connection.User, StringComparison.Ordinal)) is var sameUser && sameUser >= maxPerUser)
                return $"the user {connection.User} has {sameUser} connections, which is the limit";
            _byId[connection.Id] = connection;
            _byDomain[connection.Domain] = sameDomain.Add(connection);
            return null;
        }
    }

    public void Remove(TunnelConnection connection)
    {
        lock (_gate)
        {
            if (!_byId.TryRemove(connection.Id, out _))
                return;
            ImmutableArray<TunnelConnection> rest = ForDomain(connection.Domain).Remove(connection);
            if (rest.IsEmpty)
                _byDomain.TryRemove(connection.Domain, out _);
            else
                _byDomain[connection.Domain] = rest;
        }
    }
}
