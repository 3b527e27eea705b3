using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Authenticates <c>Authorization: Bearer …</c> by the configured API tokens.</summary>
internal sealed class ApiTokenHandler(
    ApiTokenStore tokens, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiToken";

    private const string Prefix = "Bearer ";

    /// <summary>Whether the request presents a token, right or wrong.</summary>
    public static bool IsPresented(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsPresented(Request))
            return Task.FromResult(AuthenticateResult.NoResult());

        if (tokens.Find(Request.Headers.Authorization.ToString()[Prefix.Length..].Trim()) is not { } token)
        {
            Log.ApiTokenRefused(Logger, Context.Connection.RemoteIpAddress);
            return Task.FromResult(AuthenticateResult.Fail("Not one of the API tokens."));
        }

        var identity = new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, token.Name), new Claim(ClaimTypes.Role, token.Role)], SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        AccessResponses.UnauthorizedAsync(Context, IsPresented(Request) ? "invalid_token" : null);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        AccessResponses.ForbiddenAsync(Context, "The role of this API token does not allow this.");
}
