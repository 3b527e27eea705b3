using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Tunnel.Client;

/// <summary>Lets an ASP.NET Core application answer what comes through a tunnel.</summary>
public static class TunnelHostingExtensions
{
    /// <summary>
    /// The application's own Kestrel serves the streams of <paramref name="client"/>, beside whatever else it listens on. The client, made without a
    /// backend and a handler, is run by the caller (<see cref="TunnelClient.RunAsync"/>).
    /// </summary>
    public static IWebHostBuilder UseTunnel(this IWebHostBuilder builder, TunnelClient client)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(client);
        return builder
            .ConfigureServices(services => services.AddSingleton<IConnectionListenerFactory>(client.Listener))
            .ConfigureKestrel(options => options.ConfigureTunnel(client));
    }

    internal static void ConfigureTunnel(this KestrelServerOptions options, TunnelClient client) =>
        options.Listen(client.Listener.EndPoint, listen => listen.Protocols = HttpProtocols.Http1);
}
