using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Where forwarded headers are believed, and where they are not.</summary>
internal static class ProxyHeaders
{
    /// <summary>Comes first: everything behind it sees the sender that the proxy saw.</summary>
    public static void UseProxyHeaders(this WebApplication app)
    {
        // Without any known proxy the framework would believe everybody.
        if (app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>().Value.KnownIPNetworks.Count > 0)
            app.UseForwardedHeaders();
    }
}
