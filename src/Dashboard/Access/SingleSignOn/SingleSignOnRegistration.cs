using Dashboard.Components.Account;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OAuth;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.SingleSignOn;

internal static class SingleSignOnRegistration
{
    /// <summary>The way to sign in, as the list of sessions names it.</summary>
    public const string Method = "single sign-on";

    private static readonly TimeSpan s_onTheWay = TimeSpan.FromMinutes(10);

    public static void AddSingleSignOn(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<IValidateOptions<AccessOptions>, SingleSignOnValidator>();
        services.AddSingleton<Backchannel>();
        services.AddSingleton<IdentityProvider>();

        // It logs what came with an answer as it came; we say it ourselves, see below.
        builder.Logging.AddFilter(typeof(OpenIdConnectHandler).FullName, LogLevel.None);

        services.AddAuthentication().AddOAuth<OAuthOptions, OpenIdConnectHandler>(OpenIdConnectHandler.SchemeName, static _ => { });
        services.AddOptions<OAuthOptions>(OpenIdConnectHandler.SchemeName).Configure<IOptions<AccessOptions>>(static (options, access) => Configure(options, access.Value.SingleSignOn));
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.ExternalScheme, static options =>
        {
            options.Cookie.Name = "dashboard-single-sign-on";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.ExpireTimeSpan = s_onTheWay;
        });
    }

    private static void Configure(OAuthOptions options, SingleSignOnOptions sso)
    {
        options.SignInScheme = IdentityConstants.ExternalScheme;
        options.CallbackPath = SingleSignOnEndpoints.CallbackPath;
        options.ClientId = sso.ClientId ?? "none";
        options.UsePkce = true;
        options.RemoteAuthenticationTimeout = s_onTheWay;
        options.CorrelationCookie.Name = "dashboard-single-sign-on-";
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax; // the answer is a link that is followed
        options.Scope.Add("openid");
        foreach (string scope in sso.Scopes.Count > 0 ? sso.Scopes : SingleSignOnOptions.DefaultScopes)
            options.Scope.Add(scope);

        // The framework wants these to be something. Discovery says what they are, and IdentityProvider knows the secret.
        options.AuthorizationEndpoint = options.TokenEndpoint = "https://provider.invalid/";
        options.ClientSecret = "none";

        options.Events.OnRemoteFailure = static context =>
        {
            var logger = context.HttpContext.RequestServices.GetRequiredService<ILogger<IdentityProvider>>();
            Log.SingleSignOnFailed(logger, context.HttpContext.Connection.RemoteIpAddress, new VisibleText(context.Failure?.Message, 300));
            context.Response.Redirect(CompleteSignIn.LinkTo(LocalUrl.Home));
            context.HandleResponse();
            return Task.CompletedTask;
        };
    }
}
