using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Tunnel;

/// <summary>
/// Tokens and routes in memory, for tests and small set-ups. Tokens are kept only as keyed hashes, under a key made for this
/// instance: comparing them takes the same time whatever is asked, and a memory dump holds none. Safe for several threads.
/// </summary>
public sealed class InMemoryTunnelStorage : ITunnelStorage
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, TunnelToken> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _routes = new(StringComparer.Ordinal);

    /// <summary>Adds a token or replaces what it allows. Without scopes it gets <see cref="TunnelToken.ConnectScope"/>.</summary>
    public void AddToken(string token, string user, IReadOnlyCollection<string>? scopes = null, DateTimeOffset? expiresAt = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        ArgumentException.ThrowIfNullOrEmpty(user);
        _tokens[Hash(token)] = new TunnelToken(user, scopes ?? [TunnelToken.ConnectScope], expiresAt);
    }

    /// <summary>Forgets a token; false when it was not known.</summary>
    public bool RemoveToken(string token) => _tokens.TryRemove(Hash(token), out _);

    /// <summary>Gives a domain to a user, or to another one.</summary>
    /// <exception cref="ArgumentException">The domain is not one name: empty, a wildcard, or not a host name.</exception>
    public void AddRoute(string domain, string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        if (!DomainName.TryNormalize(domain, out string? name))
            throw new ArgumentException($"'{domain}' is not a domain name.", nameof(domain));
        _routes[name] = user;
    }

    /// <summary>Takes a domain away; false when nobody had it.</summary>
    public bool RemoveRoute(string domain) =>
        DomainName.TryNormalize(domain, out string? name) && _routes.TryRemove(name, out _);

    /// <inheritdoc/>
    public ValueTask<TunnelToken?> FindTokenAsync(string token, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_tokens.GetValueOrDefault(Hash(token)));

    /// <inheritdoc/>
    public ValueTask<string?> FindRouteOwnerAsync(string domain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_routes.GetValueOrDefault(domain));

    private string Hash(string token) => Convert.ToHexString(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(token)));
}
