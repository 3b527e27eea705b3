using System.Security.Cryptography.X509Certificates;

namespace Tunnel.Client;

/// <summary>How a client knows that it speaks with its server. By default the system's certificate authorities and the server's name are checked.</summary>
public sealed record TunnelTlsOptions
{
    /// <summary>The name in the server's certificate; null takes the host part of the address.</summary>
    public string? ServerName { get; init; }

    /// <summary>Certificate authorities (or the server's own certificate) to trust instead of the system's.</summary>
    public X509Certificate2Collection? TrustedCertificates { get; init; }

    /// <summary>
    /// SHA-256 of the public keys (SubjectPublicKeyInfo) that are accepted, in base64. When set, the server's key must be one of them;
    /// the certificate's issuer, name and dates are then not looked at.
    /// </summary>
    public IReadOnlyCollection<string>? PinnedPublicKeys { get; init; }

    /// <summary>Accept any certificate. Whoever answers then gets the token. Logged as a warning at every connection.</summary>
    public bool DangerousSkipVerification { get; init; }
}
