using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>
/// What a stranger can make us keep or do: connections, bytes, time, and calls of the API. Nothing that the dashboard
/// takes is larger than a form or a short JSON document.
/// </summary>
internal static class RequestLimits
{
    public const long MaxBody = 256 * 1024;

    private const int MaxConnections = 10_000;

    /// <summary>Comes before the authentication, so that looking up tokens is limited, too.</summary>
    public static void AddRequestLimits(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            // And by default: 32 KB of headers, 8 KB of address, 240 bytes of body a second.
        });
        builder.Services.AddOptions<ApiRateOptions>();
        builder.Services.AddOptions<OpenPagesOptions>();
        builder.Services.AddRateLimiter(static _ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<ApiRateOptions>>(static (limiter, rate) =>
        {
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(context =>
                context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                    ? RateLimitPartition.GetTokenBucketLimiter(NetworkOf(context.Connection.RemoteIpAddress), _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = rate.Value.AtOnce,
                        TokensPerPeriod = rate.Value.PerSecond,
                        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    })
                    : RateLimitPartition.GetNoLimiter(IPAddress.None));
            limiter.OnRejected = static async (rejected, _) =>
            {
                rejected.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
                await TypedResults.Problem(
                    "This address asks too often.", statusCode: StatusCodes.Status429TooManyRequests, title: "Too many requests").ExecuteAsync(rejected.HttpContext);
            };
        });
    }

    /// <summary>What counts as one sender: an IPv4 address, or the network of an IPv6 one, of which whoever has one has 2^64.</summary>
    public static IPAddress NetworkOf(IPAddress? address)
    {
        if (address is null)
            return IPAddress.None;
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily is not AddressFamily.InterNetworkV6)
            return address;
        byte[] network = address.GetAddressBytes();
        network.AsSpan(8).Clear();
        return new IPAddress(network);
    }
}
