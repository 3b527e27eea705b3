using System.Net;
using System.Security.Claims;

using Dashboard.Access.Tokens;

namespace Dashboard.Access;

/// <summary>Who does something, and from where; what the audit trail keeps of a principal.</summary>
/// <param name="Name">User name or name of the API token.</param>
/// <param name="Address">The address that the request, or the browser tab's connection, came from; null where there is none.</param>
internal sealed record Caller(string Name, CallerKind Kind, string? Address)
{
    /// <summary>The dashboard itself: policies, deadlines, blocks.</summary>
    public static Caller Dashboard { get; } = new("dashboard", CallerKind.Dashboard, null);

    /// <summary>A person whom no principal stands for yet: they are just signing in.</summary>
    public static Caller User(string? name, IPAddress? address) => new(name ?? "", CallerKind.User, CallerAddress.Text(address));

    public static Caller From(ClaimsPrincipal principal) => new(
        principal.Identity?.Name ?? "",
        string.Equals(principal.Identity?.AuthenticationType, ApiTokenHandler.SchemeName, StringComparison.Ordinal) ? CallerKind.ApiToken : CallerKind.User,
        principal.FindFirst(CallerAddress.ClaimType)?.Value);
}

/// <summary>What kind of caller.</summary>
internal enum CallerKind
{
    User,
    ApiToken,
    Dashboard,
}
