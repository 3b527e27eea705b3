using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Dashboard.Access.SingleSignOn;

/// <summary>The checks of an ID token's claims (OpenID Connect Core 1.0, section 3.1.3.7). The signature is another matter.</summary>
internal static class IdToken
{
    /// <summary>How far the provider's clock may be from ours.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private const int MaxSubjectLength = 255;

    /// <summary>Null when all is right; else what is not, in words that quote nothing of the token.</summary>
    /// <param name="nonce">The one that went with the request.</param>
    /// <param name="provenSince">The person has to have proved who they are since then; null: whenever it was.</param>
    public static string? FindProblem(JsonElement claims, string issuer, string clientId, string nonce, DateTimeOffset now, DateTimeOffset? provenSince = null)
    {
        string[] audience = Texts(claims, "aud");
        string? authorizedParty = Text(claims, "azp");
        return
            Text(claims, "iss") != issuer ? "it was issued by somebody else"
            : !audience.Contains(clientId, StringComparer.Ordinal) ? "it was issued for somebody else"
            : authorizedParty is not null && authorizedParty != clientId ? "it was issued to somebody else"
            : authorizedParty is null && audience.Length > 1 ? "it was issued for several and does not say to whom"
            : Time(claims, "exp") is not { } expires ? "it does not say when it expires"
            : expires <= now - ClockTolerance ? "it has expired"
            : Time(claims, "iat") is not { } issued ? "it does not say when it was issued"
            : issued > now + ClockTolerance ? "it was issued in the future"
            : Time(claims, "nbf") > now + ClockTolerance ? "it is not valid yet"
            : !SameText(Text(claims, "nonce"), nonce) ? "it is not the answer to this request (nonce)"
            : Text(claims, "sub") is not { Length: > 0 and <= MaxSubjectLength } ? "it does not say who it is about"
            : provenSince is not null && Time(claims, "auth_time") is null ? "it does not say when the person proved who they are"
            : Time(claims, "auth_time") < provenSince - ClockTolerance ? "the person did not prove again who they are"
            : null;
    }

    public static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    /// <summary>One text or a list of them; anything else is none.</summary>
    public static string[] Texts(JsonElement claims, string name) =>
        !claims.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind is JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Where(static item => item.ValueKind is JsonValueKind.String).Select(static item => item.GetString()!)]
        : [];

    /// <summary>Seconds since 1970, maybe with a fraction.</summary>
    public static DateTimeOffset? Time(JsonElement claims, string name)
    {
        const double Latest = 253402300799; // the end of the year 9999
        return claims.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out double seconds) && seconds is >= 0 and <= Latest
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
    }

    private static bool SameText(string? presented, string expected) =>
        presented is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(expected));
}
