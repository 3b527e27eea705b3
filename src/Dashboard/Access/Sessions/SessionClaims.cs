using System.Globalization;
using System.Security.Claims;
using Dashboard.Access.External;

namespace Dashboard.Access.Sessions;

/// <summary>What a session's cookie says beside who it is: which session, and when the person last proved to be themselves.</summary>
internal static class SessionClaims
{
    private const string SessionType = "dashboard:session";
    private const string ProvenAtType = "dashboard:proven-at";
    private const string MethodType = "dashboard:method";
    private const string EndsAtType = "dashboard:ends-at";

    public static Claim[] Make(Guid session, DateTimeOffset provenAt) =>
    [
        new(SessionType, session.ToString("N")),
        Time(ProvenAtType, provenAt),
    ];

    /// <summary>The same for a session that another system vouches for.</summary>
    public static Claim[] Make(Guid session, string method, ExternalSession external) =>
        [.. Make(session, external.ProvenAt), new(MethodType, method), Time(EndsAtType, external.EndsAt)];

    /// <summary>The session that the principal belongs to; null for API tokens.</summary>
    public static Guid? SessionId(this ClaimsPrincipal principal) =>
        Guid.TryParseExact(principal.FindFirstValue(SessionType), "N", out Guid id) ? id : null;

    public static DateTimeOffset? ProvenAt(this ClaimsPrincipal principal) => Time(principal, ProvenAtType);

    /// <summary>Which other system vouches for the session: <c>single sign-on</c> or <c>proxy</c>; null when none does.</summary>
    public static string? SignInMethod(this ClaimsPrincipal principal) => principal.FindFirstValue(MethodType);

    /// <summary>When the session ends however busy it is; null: it need not.</summary>
    public static DateTimeOffset? EndsAt(this ClaimsPrincipal principal) => Time(principal, EndsAtType);

    private static Claim Time(string type, DateTimeOffset time) =>
        new(type, time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64);

    private static DateTimeOffset? Time(ClaimsPrincipal principal, string type) =>
        long.TryParse(principal.FindFirstValue(type), NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
