using System.Globalization;
using System.Security.Claims;
using Dashboard.Access.External;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access.SingleSignOn;

/// <summary>What the identity provider said, on its way from its answer to the page that signs in: in a cookie that we alone can read, for minutes.</summary>
internal static class ExternalClaims
{
    private const string IssuerType = "iss";
    private const string SubjectType = "sub";
    private const string NameType = "name";
    private const string GroupType = "group";
    private const string ProvenAtType = "auth_time";

    public static ClaimsPrincipal Make(ExternalIdentity who, DateTimeOffset? provenAt)
    {
        ClaimsIdentity identity = new(
            [new(IssuerType, who.Issuer), new(SubjectType, who.Subject), new(NameType, who.Name), .. who.Groups.Select(static group => new Claim(GroupType, group))],
            IdentityConstants.ExternalScheme);
        if (provenAt is { } time)
            identity.AddClaim(new Claim(ProvenAtType, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        return new ClaimsPrincipal(identity);
    }

    public static (ExternalIdentity Who, DateTimeOffset? ProvenAt)? Read(ClaimsPrincipal? principal) =>
        principal?.FindFirstValue(IssuerType) is { } issuer && principal.FindFirstValue(SubjectType) is { } subject && principal.FindFirstValue(NameType) is { } name
            ? (new ExternalIdentity(issuer, subject, name, [.. principal.FindAll(GroupType).Select(static claim => claim.Value)]),
               long.TryParse(principal.FindFirstValue(ProvenAtType), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null)
            : null;
}
