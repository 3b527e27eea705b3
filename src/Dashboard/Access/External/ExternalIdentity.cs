namespace Dashboard.Access.External;

/// <summary>Somebody whom another system knows, and has just named to us.</summary>
/// <param name="Issuer">Which system: the issuer of an identity provider, or <see cref="Proxies.ProxySignIn.Issuer"/>.</param>
/// <param name="Subject">Who it is there, for good: what an account here is tied to.</param>
/// <param name="Name">The user name they are to have here.</param>
/// <param name="Groups">The groups they are in.</param>
internal sealed record ExternalIdentity(string Issuer, string Subject, string Name, IReadOnlyCollection<string> Groups);
