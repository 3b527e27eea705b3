using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Dashboard.Access.SingleSignOn;

internal static class SingleSignOnRegistration
{
    public const string SchemeName = "SingleSignOn";

    /// <summary>The way to sign in, as the list of sessions names it.</summary>
    public const string Method = "single sign-on";

    private static readonly TimeSpan s_onTheWay = TimeSpan.FromMinutes(10);

    public static void AddSingleSignOn(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<IValidateOptions<AccessOptions>, SingleSignOnValidator>();
        services.AddSingleton<ProviderConfiguration>();
        services.AddSingleton<SingleSignOnEvents>();

        // It logs what came with an answer as it came; we say it ourselves: see SingleSignOnEvents.
        builder.Logging.AddFilter(typeof(OpenIdConnectHandler).FullName, LogLevel.None);

        services.AddAuthentication().AddOpenIdConnect(SchemeName, static _ => { });
        services.AddOptions<OpenIdConnectOptions>(SchemeName).Configure<IOptions<AccessOptions>, ProviderConfiguration>(static (options, access, provider) => Configure(options, access.Value.SingleSignOn, provider));
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.ExternalScheme, static options =>
        {
            options.Cookie.Name = "dashboard-single-sign-on";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = s_onTheWay;
        });
    }

    /// <summary>The package takes an ID token without a signature where it came straight from the provider, as the standard allows. We do not.</summary>
    private sealed class SignedTokenHandler : JsonWebTokenHandler
    {
        public override Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters parameters)
        {
            parameters.RequireSignedTokens = true;
            return base.ValidateTokenAsync(token, parameters);
        }
    }

    private static void Configure(OpenIdConnectOptions options, SingleSignOnOptions sso, ProviderConfiguration provider)
    {
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.CallbackPath = "/" + SingleSignOnEndpoints.CallbackPath;
        options.RemoteSignOutPath = options.SignedOutCallbackPath = PathString.Empty; // nobody signs anybody out from elsewhere
        options.ConfigurationManager = provider;
        options.Backchannel = provider.Client;
        options.ClientId = sso.ClientId ?? "none"; // the handler wants one, also where there is no provider
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query; // a form of another site would want cookies with SameSite=None, which want https
        options.UsePkce = true;
        options.PushedAuthorizationBehavior = PushedAuthorizationBehavior.Disable;
        options.Scope.Clear();
        foreach (string scope in (string[])["openid", .. sso.Scopes.Count > 0 ? sso.Scopes : SingleSignOnOptions.DefaultScopes])
            options.Scope.Add(scope);

        options.TokenHandler = new SignedTokenHandler { MapInboundClaims = false };
        options.ClaimActions.Clear();
        options.GetClaimsFromUserInfoEndpoint = true;
        options.SaveTokens = false;
        options.TokenValidationParameters.ClockSkew = SingleSignOnEvents.ClockTolerance;
        options.TokenValidationParameters.AlgorithmValidator = static (algorithm, key, _, _) => ProviderKeys.IsFor(algorithm, key);
        options.EventsType = typeof(SingleSignOnEvents);
        options.DisableTelemetry = true;

        options.RemoteAuthenticationTimeout = s_onTheWay;
        options.ProtocolValidator.NonceLifetime = s_onTheWay;
        foreach ((CookieBuilder cookie, string name) in ((CookieBuilder, string)[])[(options.CorrelationCookie, "dashboard-single-sign-on-"), (options.NonceCookie, "dashboard-single-sign-on-nonce-")])
        {
            cookie.Name = name;
            cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.SameSite = SameSiteMode.Lax; // the answer is a link that is followed
        }
    }
}
