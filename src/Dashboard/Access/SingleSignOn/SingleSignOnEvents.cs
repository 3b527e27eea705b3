using System.Buffers.Text;
using System.Globalization;
using System.IdentityModel.Tokens.Jwt;
using System.Security.Claims;
using System.Text.Json;
using Dashboard.Access.External;
using Dashboard.Components.Account;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Dashboard.Access.SingleSignOn;

/// <summary>What we check beyond the package's handler, what we take from the answer, and what the log says of a refusal.</summary>
internal sealed class SingleSignOnEvents(ProviderConfiguration provider, SignInThrottle throttle, IOptions<AccessOptions> access, TimeProvider time, ILogger<SingleSignOnEvents> logger)
    : OpenIdConnectEvents
{
    /// <summary>How far the provider's clock may be from ours.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromMinutes(1);

    private const int MaxSubjectLength = 255;
    private const int MaxTokenLength = 64 * 1024;
    private const string ProvenSince = "proven-since";

    private SingleSignOnOptions Options => access.Value.SingleSignOn;

    /// <summary>Remembers, along the way to the provider and back, that the person has to prove from now on who they are.</summary>
    public static void ProveAgain(OpenIdConnectChallengeProperties properties, DateTimeOffset now)
    {
        (properties.Prompt, properties.MaxAge) = ("login", TimeSpan.Zero);
        properties.Items[ProvenSince] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
    }

    public override async Task MessageReceived(MessageReceivedContext context)
    {
        // Each answer makes us ask the provider: strangers are to run dry.
        if (!throttle.TryBegin(context.HttpContext.Connection.RemoteIpAddress, out _))
            Refuse(context, "There were too many failed sign-ins from this address.");
        // RFC 9207: who sends the code says who it is.
        else if (context.ProtocolMessage.GetParameter("iss") is { } issuer && issuer != (await provider.GetConfigurationAsync(context.HttpContext.RequestAborted)).Issuer)
            Refuse(context, "The answer comes from another issuer.");
    }

    public override Task TokenResponseReceived(TokenResponseReceivedContext context)
    {
        // "crit" names extensions that must be understood (RFC 7515 section 4.1.11): none is, and the package does not look.
        if (context.TokenEndpointResponse.IdToken is not { Length: <= MaxTokenLength } text || Read(text) is not (var header, var claims) || header.TryGetProperty("crit", out _))
            Refuse(context, "The provider sent no ID token, or a malformed one.");
        else if (!IsTime(claims, "exp"))
            Refuse(context, "The ID token is refused: it does not say when it expires.");
        else if (!IsTime(claims, "iat"))
            Refuse(context, "The ID token is refused: it does not say when it was issued.");
        else if (!claims.TryGetProperty("sub", out JsonElement subject) || subject.ValueKind is not JsonValueKind.String)
            Refuse(context, "The ID token is refused: it does not say who it is about.");
        else if (claims.TryGetProperty(Options.NameClaim, out JsonElement name) && name.ValueKind is not (JsonValueKind.String or JsonValueKind.Null))
            Refuse(context, "The ID token is refused: the name in it is not a text.");
        return Task.CompletedTask;
    }

    // Here signature, issuer, audience and times have been checked by the package; the nonce will be.
    public override Task TokenValidated(TokenValidatedContext context)
    {
        if (FindProblem(context.SecurityToken, context.Properties) is { } problem)
            Refuse(context, $"The ID token is refused: {problem}.");
        return Task.CompletedTask;
    }

    public override Task UserInformationReceived(UserInformationReceivedContext context)
    {
        var identity = (ClaimsIdentity)context.Principal!.Identity!;
        if (Texts(context.User.RootElement, "sub") is not [var subject] || subject != identity.FindFirst("sub")?.Value)
        {
            Refuse(context, "The provider was asked about one person and answered about another.");
            return Task.CompletedTask;
        }
        foreach (string type in (string[])[Options.NameClaim, Options.GroupsClaim])
        {
            if (!identity.HasClaim(claim => claim.Type == type && claim.Value.Length > 0))
                identity.AddClaims(Texts(context.User.RootElement, type).Select(text => new Claim(type, text)));
        }
        return Task.CompletedTask;
    }

    public override Task TicketReceived(TicketReceivedContext context)
    {
        ClaimsPrincipal said = context.Principal!;
        if (said.FindFirst(claim => claim.Type == Options.NameClaim && claim.Value.Length > 0)?.Value is not { } name)
        {
            LeadBack(context, context.ReturnUri, $"The provider does not say the claim '{Options.NameClaim}' ({nameof(SingleSignOnOptions.NameClaim)}) of the person.");
            context.HandleResponse();
            return Task.CompletedTask;
        }
        throttle.Forgive(context.HttpContext.Connection.RemoteIpAddress);
        // Only the groups that mean something here: people are in hundreds, and this travels in a cookie.
        string[] groups = [.. access.Value.Grants.Select(static grant => grant.Group!).Intersect(said.FindAll(Options.GroupsClaim).Select(static claim => claim.Value), StringComparer.Ordinal)];
        context.Principal = ExternalClaims.Make(new ExternalIdentity(said.FindFirstValue("iss")!, said.FindFirstValue("sub")!, name, groups), Time(said.FindFirstValue("auth_time")));
        return Task.CompletedTask;
    }

    public override Task RemoteFailure(RemoteFailureContext context)
    {
        LeadBack(context, context.Properties?.RedirectUri, Describe(context.Failure));
        context.HandleResponse();
        return Task.CompletedTask;
    }

    private string? FindProblem(JwtSecurityToken token, AuthenticationProperties? properties)
    {
        string? authorizedParty = token.Claims.FirstOrDefault(static claim => claim.Type == "azp")?.Value;
        DateTimeOffset? provenAt = Time(token.Claims.FirstOrDefault(static claim => claim.Type == "auth_time")?.Value);
        DateTimeOffset? provenSince = properties?.Items.TryGetValue(ProvenSince, out string? since) is true ? Time(since) : null;
        return
            authorizedParty is not null && authorizedParty != Options.ClientId ? "it was issued to somebody else"
            : authorizedParty is null && token.Audiences.Count() > 1 ? "it was issued for several and does not say to whom"
            : token.IssuedAt > (time.GetUtcNow() + ClockTolerance).UtcDateTime ? "it was issued in the future"
            : token.Subject is not { Length: > 0 and <= MaxSubjectLength } ? "it does not say who it is about"
            : provenSince is not null && provenAt is null ? "it does not say when the person proved who they are"
            : provenAt < provenSince - ClockTolerance ? "the person did not prove again who they are"
            : null;
    }

    // Of the package's own words only those that hold nothing that came with the token.
    private static string Describe(Exception? failure) => failure switch
    {
        SecurityTokenInvalidIssuerException => "The ID token is refused: it was issued by somebody else.",
        SecurityTokenInvalidAudienceException => "The ID token is refused: it was issued for somebody else.",
        SecurityTokenExpiredException => "The ID token is refused: it has expired.",
        SecurityTokenNotYetValidException or SecurityTokenInvalidLifetimeException => "The ID token is refused: it is not valid yet.",
        OpenIdConnectProtocolInvalidNonceException => "The ID token is refused: it is not the answer to this request (nonce).",
        SecurityTokenInvalidSignatureException or SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidAlgorithmException => "The ID token is not signed by the provider.",
        SecurityTokenException => $"The ID token is refused ({failure.GetType().Name}).",
        SingleSignOnException => failure.Message,
        OpenIdConnectProtocolException { Data: var data } when data["error"] is string error => $"The provider refused with '{error}'.",
        HttpRequestException or TaskCanceledException => "The provider could not be reached.",
        _ => $"The provider's answer was not understood ({failure?.GetType().Name}).",
    };

    /// <param name="back">Where the sign-in would have led: our own address, which the provider cannot read or change. Null where it is not known.</param>
    private void LeadBack<TContext>(HandleRequestContext<TContext> context, string? back, string why) where TContext : AuthenticationSchemeOptions
    {
        Log.SingleSignOnFailed(logger, context.HttpContext.Connection.RemoteIpAddress, new VisibleText(why, 300));
        context.Response.Redirect(back ?? LocalUrl.OnHost(context.Request, CompleteSignIn.LinkTo(LocalUrl.Home)));
    }

    private static void Refuse<TOptions>(RemoteAuthenticationContext<TOptions> context, string why) where TOptions : AuthenticationSchemeOptions =>
        context.Fail(new SingleSignOnException(why));

    // Header and claims of a signed token in its compact form. More strictly than the package reads it: no name twice, no number as a text.
    private static (JsonElement Header, JsonElement Claims)? Read(string text)
    {
        try
        {
            return text.Split('.') is [var header, var claims, _] && Part(header) is { ValueKind: JsonValueKind.Object } head && Part(claims) is { ValueKind: JsonValueKind.Object } body ? (head, body) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }

        static JsonElement Part(string part)
        {
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), new JsonDocumentOptions { AllowDuplicateProperties = false });
            return document.RootElement.Clone();
        }
    }

    private static bool IsTime(JsonElement claims, string name) => claims.TryGetProperty(name, out JsonElement value) && value.ValueKind is JsonValueKind.Number;

    /// <summary>One text or a list of them; anything else is none.</summary>
    private static string[] Texts(JsonElement claims, string name) =>
        claims.ValueKind is not JsonValueKind.Object || !claims.TryGetProperty(name, out JsonElement value) ? []
        : value.ValueKind is JsonValueKind.String ? [value.GetString()!]
        : value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray().Where(static item => item.ValueKind is JsonValueKind.String).Select(static item => item.GetString()!)]
        : [];

    /// <summary>Seconds since 1970, maybe with a fraction.</summary>
    private static DateTimeOffset? Time(string? text)
    {
        const double Latest = 253402300799; // the end of the year 9999
        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and <= Latest ? DateTimeOffset.UnixEpoch.AddSeconds(seconds) : null;
    }
}
