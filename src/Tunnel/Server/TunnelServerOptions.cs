using System.Security.Cryptography.X509Certificates;
using Tunnel.Http;
using Tunnel.Kcp;
using Tunnel.Smux;

namespace Tunnel.Server;

/// <summary>Settings of a <see cref="TunnelServer"/>. The defaults are safe on the public internet.</summary>
public sealed record TunnelServerOptions
{
    /// <summary>The certificate for the server name a client asks for ("" when it asks for none); called at every handshake, so a renewed one is used at once.</summary>
    public required Func<string, X509Certificate2> CertificateSelector { get; init; }

    /// <summary>The multiplexed session with clients that speak as Go's tun2 does.</summary>
    public SmuxOptions Smux { get; init; } = new();

    /// <summary>
    /// Whether clients of this library may ask, by TLS's own protocol negotiation, for version 2 of smux, many requests for each stream and upgrades.
    /// </summary>
    public bool AllowExtensions { get; init; } = true;

    /// <summary>KCP over UDP; null, the default, leaves it off.</summary>
    public KcpOptions? Kcp { get; init; }

    /// <summary>How long a client may take for TLS.</summary>
    public TimeSpan TlsTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a client may take for its credentials after that.</summary>
    public TimeSpan CredentialsTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Connections that have not shown credentials yet, all together.</summary>
    public int MaxUnauthenticated { get; init; } = 256;

    /// <summary>Connections that have not shown credentials yet, from one address (IPv6: one /64).</summary>
    public int MaxUnauthenticatedPerAddress { get; init; } = 16;

    /// <summary>Refused credentials a minute from one address before it is refused without a look.</summary>
    public int MaxFailuresPerAddress { get; init; } = 20;

    /// <summary>Refused attempts a minute with one token before it is refused without a look.</summary>
    public int MaxFailuresPerToken { get; init; } = 10;

    /// <summary>Longest of the random delays before a refusal.</summary>
    public TimeSpan RefusalDelay { get; init; } = TimeSpan.FromMilliseconds(150);

    /// <summary>Connections that serve one domain.</summary>
    public int MaxConnectionsPerDomain { get; init; } = 16;

    /// <summary>Connections of one user.</summary>
    public int MaxConnectionsPerUser { get; init; } = 64;

    /// <summary>Requests at once on one connection; when all are full the answer is 503.</summary>
    public int MaxRequestsPerConnection { get; init; } = 512;

    /// <summary>How often a connection is pinged (GET /health).</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the answer to a ping may take.</summary>
    public TimeSpan PingTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Pings in a row that may fail; this many end the connection.</summary>
    public int MaxMissedPings { get; init; } = 3;

    /// <summary>How often the token and the domain of a living connection are looked up again.</summary>
    public TimeSpan AccessCheckInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Times and sizes of requests.</summary>
    public HttpLimits Http { get; init; } = new();

    internal void Validate()
    {
        Smux.Validate();
        ArgumentNullException.ThrowIfNull(CertificateSelector);
        foreach (TimeSpan time in new[] { TlsTimeout, CredentialsTimeout, PingInterval, PingTimeout, AccessCheckInterval })
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(time, TimeSpan.Zero);
        foreach (int count in new[]
        {
            MaxUnauthenticated, MaxUnauthenticatedPerAddress, MaxFailuresPerAddress, MaxFailuresPerToken,
            MaxConnectionsPerDomain, MaxConnectionsPerUser, MaxRequestsPerConnection, MaxMissedPings,
        })
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
    }
}
