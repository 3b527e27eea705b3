using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dashboard.Access.External;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.SingleSignOn;

/// <summary>
/// OpenID Connect, authorisation code with PKCE, on the framework's OAuth handler: that one keeps state (sealed, and tied
/// to the browser by a cookie) and the code verifier; what is OpenID Connect's own is here and in <see cref="IdentityProvider"/>.
/// The framework's own handlers for it (OpenIdConnect, JwtBearer) are packages that need Microsoft.IdentityModel 8, and of that
/// only version 6, which is supported no more, can be restored where this is built. Once 8 can, its JsonWebTokenHandler takes the
/// place of <see cref="SignedToken"/>, <see cref="SigningKey"/> and <see cref="IdToken"/>; their tests stay.
/// </summary>
internal sealed class OpenIdConnectHandler(
    IdentityProvider provider, SignInThrottle throttle, IOptions<AccessOptions> access, IOptionsMonitor<OAuthOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : OAuthHandler<OAuthOptions>(options, loggers, encoder)
{
    public const string SchemeName = "SingleSignOn";

    /// <summary>Asks that the person proves again who they are, whatever the provider remembers: the key of a parameter of a challenge.</summary>
    public const string ProveAgain = "prove-again";

    private const string NonceKey = "nonce";
    private const string ProvenSinceKey = "proven-since";

    private ProviderMetadata? _metadata;

    private SingleSignOnOptions SingleSignOn => access.Value.SingleSignOn;

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        _metadata = await provider.GetMetadataAsync(Context.RequestAborted);
        properties.Items[NonceKey] = SecretToken.New();
        if (properties.GetParameter<bool>(ProveAgain))
            properties.Items[ProvenSinceKey] = TimeProvider.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        await base.HandleChallengeAsync(properties);
    }

    protected override string BuildChallengeUrl(AuthenticationProperties properties, string redirectUri)
    {
        string framework = base.BuildChallengeUrl(properties, redirectUri); // client, scope, redirection, state and PKCE
        string url = QueryHelpers.AddQueryString(_metadata!.AuthorizationEndpoint.AbsoluteUri, QueryHelpers.ParseQuery(new Uri(framework).Query));
        url = QueryHelpers.AddQueryString(url, "nonce", properties.Items[NonceKey]!);
        return properties.Items.ContainsKey(ProvenSinceKey) ? url + "&prompt=login&max_age=0" : url;
    }

    protected override async Task<HandleRequestResult> HandleRemoteAuthenticateAsync()
    {
        // Each answer makes us ask the provider: strangers are to run dry.
        if (!throttle.TryBegin(Context.Connection.RemoteIpAddress, out _))
            return HandleRequestResult.Fail("There were too many failed sign-ins from this address.");
        // RFC 9207: who sends the code says who it is.
        if (Request.Query.TryGetValue("iss", out var issuer) && issuer != (await provider.GetMetadataAsync(Context.RequestAborted)).Issuer)
            return HandleRequestResult.Fail("The answer comes from another issuer.");
        HandleRequestResult result = await base.HandleRemoteAuthenticateAsync();
        if (result.Succeeded)
            throttle.Forgive(Context.Connection.RemoteIpAddress);
        return result;
    }

    protected override async Task<OAuthTokenResponse> ExchangeCodeAsync(OAuthCodeExchangeContext context) =>
        context.Properties.Items.Remove(OAuthConstants.CodeVerifierKey, out string? verifier) && verifier is not null
            ? OAuthTokenResponse.Success(await provider.RedeemAsync(context.Code, verifier, context.RedirectUri, Context.RequestAborted))
            : OAuthTokenResponse.Failed(new IdentityProviderException("The sign-in was begun without a code verifier."));

    protected override async Task<AuthenticationTicket> CreateTicketAsync(ClaimsIdentity identity, AuthenticationProperties properties, OAuthTokenResponse tokens)
    {
        DateTimeOffset? provenSince = properties.Items.TryGetValue(ProvenSinceKey, out string? since) ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(since!, System.Globalization.CultureInfo.InvariantCulture)) : null;
        properties.Items.Remove(NonceKey, out string? nonce);
        JsonElement claims = await provider.CheckAsync(IdToken.Text(tokens.Response!.RootElement, "id_token"), nonce ?? "", provenSince, Context.RequestAborted);
        string subject = IdToken.Text(claims, "sub")!;

        string? name = IdToken.Text(claims, SingleSignOn.NameClaim);
        string[] groups = IdToken.Texts(claims, SingleSignOn.GroupsClaim);
        if ((name is null || groups.Length == 0) && tokens.AccessToken is { } accessToken)
        {
            using JsonDocument? more = await provider.AskAboutAsync(subject, accessToken, Context.RequestAborted);
            if (more is not null)
            {
                name ??= IdToken.Text(more.RootElement, SingleSignOn.NameClaim);
                groups = groups.Length > 0 ? groups : IdToken.Texts(more.RootElement, SingleSignOn.GroupsClaim);
            }
        }
        if (name is null)
            throw new IdentityProviderException($"The provider does not say the claim '{SingleSignOn.NameClaim}' ({nameof(SingleSignOnOptions.NameClaim)}) of the person.");

        // Only the groups that mean something here: people are in hundreds, and this travels in a cookie.
        string[] known = [.. access.Value.Grants.Select(static grant => grant.Group!).Intersect(groups, StringComparer.Ordinal)];
        return new AuthenticationTicket(
            ExternalClaims.Make(new ExternalIdentity(IdToken.Text(claims, "iss")!, subject, name, known), IdToken.Time(claims, "auth_time")),
            properties,
            Scheme.Name);
    }
}
