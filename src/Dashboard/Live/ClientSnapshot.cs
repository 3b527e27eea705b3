using System.Collections.Immutable;

namespace Dashboard.Live;

/// <summary>One connected client as last seen. Names and addresses are text chosen by strangers.</summary>
public sealed record ClientSnapshot(SessionIdentity Identity)
{
    public SessionId Session => Identity.Id;
    public string CommonName => Identity.CommonName;

    /// <summary>As the daemon writes it now; a client that floats has another one than at its start.</summary>
    public string RealAddress { get; init; } = Identity.RealAddress;
    public DateTimeOffset ConnectedSince => Identity.ConnectedSince;

    /// <summary>Null where the daemon writes <c>UNDEF</c> or repeats nothing.</summary>
    public string? Username { get; init; }

    /// <summary>The CN of its certificate; empty where it has none, null where that is not known.</summary>
    public string? CertificateName { get; init; }

    public ClientNames Names => new(CommonName, Username, CertificateName);

    /// <summary>Whose session it is: the certificate's name, or the user's where OpenVPN knows no other; null for a client without a name.</summary>
    public string? Person => Names.Shown;

    /// <summary>Null until the tunnel of this client is up. On a bridge without addresses of OpenVPN's the client's MAC, as the routing table has it.</summary>
    public string? VirtualAddress { get; init; }
    public string? VirtualAddress6 { get; init; }
    public string? Cipher { get; init; }

    /// <summary>Platform and version from the client's own <c>IV_*</c> values, for example <c>linux 2.6.14</c>; null if unknown.</summary>
    public string? Platform { get; init; }

    /// <summary>From the client, since the session began.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>To the client, since the session began.</summary>
    public long SentBytes { get; init; }

    /// <summary>Bytes per second; null until two readings make a rate.</summary>
    public double? ReceivedRate { get; init; }
    public double? SentRate { get; init; }
    public RateSource RateSource { get; init; }

    /// <summary>When the counters were read.</summary>
    public DateTimeOffset AsOf { get; init; }

    /// <summary>The rate of the last quarter of an hour, one point each 30 s, oldest first.</summary>
    public ImmutableArray<RatePoint> Trail { get; init; } = [];
}
