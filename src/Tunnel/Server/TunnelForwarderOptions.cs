using Microsoft.AspNetCore.Http;

namespace Tunnel.Server;

/// <summary>Settings of a <see cref="TunnelForwarder"/>.</summary>
public sealed record TunnelForwarderOptions
{
    /// <summary>Whether a request may change the protocol (WebSocket and the like); never, by default.</summary>
    public Func<HttpContext, bool> AllowUpgrade { get; init; } = static _ => false;

    /// <summary>Requests at once from one address (IPv6: one /64); one more is answered 503.</summary>
    public int MaxRequestsPerVisitor { get; init; } = 64;

    /// <summary>Bytes a second a visitor has to send or take, after a grace of five seconds.</summary>
    public double MinimumDataRate { get; init; } = 240;

    /// <summary>Whether Strict-Transport-Security of an answer is passed on; it binds the whole host.</summary>
    public bool PassStrictTransportSecurity { get; init; }
}
