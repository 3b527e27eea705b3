using Microsoft.Extensions.Options;

namespace Dashboard.Access.Proxies;

/// <summary>Where forwarded headers are believed, and where they are not.</summary>
internal static class ProxyHeaders
{
    /// <summary>Comes first: everything behind it sees the sender that the proxy saw, and the proxy itself as <see cref="PeerAddress"/>.</summary>
    public static void UseProxyHeaders(this WebApplication app)
    {
        app.Use(static (context, next) =>
        {
            context.Features.Set(new PeerAddress(context.Connection.RemoteIpAddress));
            return next(context);
        });
        // Without any known proxy the framework would believe everybody.
        if (app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.KnownIPNetworks.Count > 0)
            app.UseForwardedHeaders();
    }
}
