using Dashboard.Access.External;
using Dashboard.Access.Proxies;
using Dashboard.Access.SingleSignOn;
using Dashboard.Access.Tokens;

namespace Dashboard.Access;

/// <summary>Section <c>Dashboard:Access</c>.</summary>
internal sealed class AccessOptions
{
    public const string SectionName = "Dashboard:Access";

    /// <summary>The programs that may use the API.</summary>
    public List<ApiTokenOptions> ApiTokens { get; set; } = [];

    /// <summary>Addresses and networks (<c>10.0.0.0/8</c>) of the proxies in front of us: what they say about a request's sender is believed.</summary>
    public List<string> KnownProxies { get; set; } = [];

    /// <summary>PEM: an RSA certificate with which the keys of cookies and authenticator apps are encrypted where they are kept; null: they are not.</summary>
    public string? KeyCertificateFile { get; set; }

    /// <summary>PEM: its private key, without a password; null where <see cref="KeyCertificateFile"/> holds it.</summary>
    public string? KeyCertificateKeyFile { get; set; }

    /// <summary>An identity provider with which people sign in.</summary>
    public SingleSignOnOptions SingleSignOn { get; set; } = new();

    /// <summary>A proxy that has people sign in.</summary>
    public ProxySignInOptions ProxySignIn { get; set; } = new();

    /// <summary>What people may do whom one of these names.</summary>
    public List<GrantOptions> Grants { get; set; } = [];
}
