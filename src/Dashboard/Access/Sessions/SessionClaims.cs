using System.Globalization;
using System.Security.Claims;

namespace Dashboard.Access.Sessions;

/// <summary>What a session's cookie says beside who it is: which session, and when the person last proved to be themselves.</summary>
internal static class SessionClaims
{
    private const string SessionType = "dashboard:session";
    private const string ProvenAtType = "dashboard:proven-at";

    public static Claim[] Make(Guid session, DateTimeOffset provenAt) =>
    [
        new(SessionType, session.ToString("N")),
        new(ProvenAtType, provenAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64),
    ];

    /// <summary>The session that the principal belongs to; null for API tokens.</summary>
    public static Guid? SessionId(this ClaimsPrincipal principal) =>
        Guid.TryParseExact(principal.FindFirstValue(SessionType), "N", out Guid id) ? id : null;

    public static DateTimeOffset? ProvenAt(this ClaimsPrincipal principal) =>
        long.TryParse(principal.FindFirstValue(ProvenAtType), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
