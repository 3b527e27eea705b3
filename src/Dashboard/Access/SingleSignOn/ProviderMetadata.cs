using System.Text.Json;

namespace Dashboard.Access.SingleSignOn;

/// <summary>What the identity provider says of itself (OpenID Connect Discovery 1.0, section 3).</summary>
/// <param name="UserInfoEndpoint">Null where there is none.</param>
/// <param name="EndSessionEndpoint">Null where it cannot be told that somebody leaves.</param>
/// <param name="TakesBasic">Whether the client's secret may come in the Authorization header, as is the default.</param>
internal sealed record ProviderMetadata(
    string Issuer, Uri AuthorizationEndpoint, Uri TokenEndpoint, Uri KeysAddress, Uri? UserInfoEndpoint, Uri? EndSessionEndpoint, bool TakesBasic)
{
    /// <summary>Whether secrets may travel to this address: by https, or within this machine.</summary>
    public static bool IsSafe(Uri address) =>
        address.UserInfo.Length == 0
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <exception cref="IdentityProviderException">It is incomplete, or speaks for somebody else than <paramref name="authority"/>.</exception>
    public static ProviderMetadata Read(JsonElement document, string authority)
    {
        string? issuer = Text(document, "issuer");
        if (!string.Equals(issuer?.TrimEnd('/'), authority.TrimEnd('/'), StringComparison.Ordinal))
            throw new IdentityProviderException($"The provider calls itself '{new VisibleText(issuer, 200)}', not '{authority}': {nameof(SingleSignOnOptions.Authority)} has to be what it calls itself.");
        return new ProviderMetadata(
            issuer!,
            Endpoint(document, "authorization_endpoint") ?? throw Missing("authorization_endpoint"),
            Endpoint(document, "token_endpoint") ?? throw Missing("token_endpoint"),
            Endpoint(document, "jwks_uri") ?? throw Missing("jwks_uri"),
            Endpoint(document, "userinfo_endpoint"),
            Endpoint(document, "end_session_endpoint"),
            !document.TryGetProperty("token_endpoint_auth_methods_supported", out JsonElement methods)
                || (methods.ValueKind is JsonValueKind.Array && methods.EnumerateArray().Any(static method => method.ValueKind is JsonValueKind.String && method.ValueEquals("client_secret_basic"))));
    }

    private static Uri? Endpoint(JsonElement document, string name)
    {
        if (Text(document, name) is not { } text)
            return null;
        return Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && IsSafe(address)
            ? address
            : throw new IdentityProviderException($"The provider's {name} is not an https address.");
    }

    private static string? Text(JsonElement document, string name) =>
        document.ValueKind is JsonValueKind.Object && document.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static IdentityProviderException Missing(string name) => new($"The provider names no {name}.");
}
