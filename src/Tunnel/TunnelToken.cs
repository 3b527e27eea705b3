namespace Tunnel;

/// <summary>What storage knows about a token, the token itself left out.</summary>
/// <param name="User">Who owns it.</param>
/// <param name="Scopes">What it allows; <c>connect</c> is needed to serve a domain.</param>
/// <param name="ExpiresAt">When it stops working; null means never.</param>
public sealed record TunnelToken(string User, IReadOnlyCollection<string> Scopes, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The scope that a tunnel client's token must have.</summary>
    public const string ConnectScope = "connect";
}
