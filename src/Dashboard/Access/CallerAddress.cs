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
        noted.AddIdentity(new ClaimsIdentity([new Claim(ClaimType, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString())]));
        return Task.FromResult(noted);
    }
}
