using System.Security.Claims;
using System.Text.Encodings.Web;
using Dashboard.Access.Audit;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Tokens;

/// <summary>Authenticates <c>Authorization: Bearer …</c> by the API tokens of the configuration and of the database.</summary>
internal sealed class ApiTokenHandler(
    ApiTokenStore configured, StoredApiTokens stored, AccountTrail trail, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiToken";

    private const string Prefix = "Bearer ";

    private bool _storageAway;

    /// <summary>Whether the request presents a token, right or wrong.</summary>
    public static bool IsPresented(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsPresented(Request))
            return AuthenticateResult.NoResult();

        byte[] hash = SecretToken.Hash(Request.Headers.Authorization.ToString()[Prefix.Length..].Trim());
        ApiToken? token = configured.Find(hash);
        try
        {
            token ??= await stored.FindAsync(hash, Context.RequestAborted);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            _storageAway = true;
            Log.ApiTokenNotChecked(Logger, e, Context.Connection.RemoteIpAddress);
            return AuthenticateResult.Fail("The database is away.");
        }
        if (token is null)
        {
            Log.ApiTokenRefused(Logger, Context.Connection.RemoteIpAddress);
            trail.Refused(userName: null, Context.Connection.RemoteIpAddress, AccountActions.UseToken, "not, or no longer, one of the API tokens");
            return AuthenticateResult.Fail("Not one of the API tokens.");
        }

        var identity = new ClaimsIdentity([new Claim(ClaimTypes.Name, token.Name), new Claim(ClaimTypes.Role, token.Role), .. ServerAccess.Claims(token.Servers)], SchemeName);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        _storageAway
            ? AccessResponses.CannotCheckAsync(Context)
            : AccessResponses.UnauthorizedAsync(Context, IsPresented(Request) ? "invalid_token" : null);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        AccessResponses.ForbiddenAsync(Context, "The role of this API token does not allow this.");
}
