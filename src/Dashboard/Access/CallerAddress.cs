using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Claims;

using Microsoft.AspNetCore.Authentication;

namespace Dashboard.Access;

/// <summary>
/// Notes in each authenticated principal where its request came from. A circuit keeps the principal of the connection that
/// opened it, and has no request to ask later.
/// </summary>
internal sealed class CallerAddress(IHttpContextAccessor contexts) : IClaimsTransformation
{
    public const string ClaimType = "dashboard:address";

    public Task<ClaimsPrincipal> TransformAsync(ClaimsPrincipal principal)
    {
        if (contexts.HttpContext?.Connection.RemoteIpAddress is not { } address || principal.HasClaim(static claim => claim.Type == ClaimType))
            return Task.FromResult(principal);
        ClaimsPrincipal noted = principal.Clone();
        noted.AddIdentity(new ClaimsIdentity([new Claim(ClaimType, Text(address))]));
        return Task.FromResult(noted);
    }

    /// <summary>An address as the trail keeps it: an IPv4 address without IPv6's clothes.</summary>
    [return: NotNullIfNotNull(nameof(address))]
    public static string? Text(IPAddress? address) => (address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address)?.ToString();
}
