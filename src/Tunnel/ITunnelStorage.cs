namespace Tunnel;

/// <summary>
/// What a server needs to know about tokens and domains. It is asked for both at every connection, and again while the connection
/// lives, so that a revoked token or a domain that changed hands ends it. Tokens should be stored hashed.
/// An exception refuses a new connection and leaves a living one alone.
/// </summary>
public interface ITunnelStorage
{
    /// <summary>The token's owner and scopes; null when there is no such token (Go: HasToken).</summary>
    ValueTask<TunnelToken?> FindTokenAsync(string token, CancellationToken cancellationToken);

    /// <summary>Who owns the domain (normalised: lower case, punycode, no port, no trailing dot); null when nobody does (Go: HasRoute).</summary>
    ValueTask<string?> FindRouteOwnerAsync(string domain, CancellationToken cancellationToken);
}
