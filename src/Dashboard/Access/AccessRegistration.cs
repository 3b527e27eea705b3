using Dashboard.Access.External;
using Dashboard.Access.Proxies;
using Dashboard.Access.Sessions;
using Dashboard.Access.SingleSignOn;
using Dashboard.Access.Tokens;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Dashboard.Access;

/// <summary>Users, roles, sign-in, API tokens, and what every response and request is held to.</summary>
internal static class AccessRegistration
{
    /// <summary>The key of the <see cref="TextWriter"/> that reaches the person who started the process, and no log.</summary>
    public const string StandardOutput = "stdout";

    /// <summary>How long a page that is open may still use a right that was withdrawn.</summary>
    public static readonly TimeSpan RevalidationInterval = TimeSpan.FromSeconds(5);

    private const string AnySchemeName = "TokenOrCookie";

    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        IServiceCollection services = builder.Services;

        // The address of the first administrator's page holds its token, and the framework logs whole addresses.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);

        // It warns that the keys lie unencrypted. They do without a KeyCertificate, in a folder that only their owner can open: see KeyRing.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement.XmlKeyManager", LogLevel.Error);

        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(StandardOutput, Console.Out);
        services.AddOptions<AccessOptions>().BindConfiguration(AccessOptions.SectionName).ValidateOnStart();
        services.AddSingleton<IValidateOptions<AccessOptions>, AccessOptionsValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, KnownProxiesValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, ProxySignInValidator>();
        services.AddSingleton<IValidateOptions<AccessOptions>, GrantsValidator>();
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ForwardedHeadersSetup>();
        services.AddSingleton<ApiTokenStore>();
        services.AddSingleton<StoredApiTokens>();
        services.AddSingleton<TokenAdministration>();
        services.AddSingleton<UserAdministration>();
        services.AddSingleton<SignInSessions>();
        services.AddScoped<SessionIssuer>();
        services.AddScoped<SecondFactor>();
        services.AddScoped<SecondStep>();
        services.AddScoped<PasswordLinks>();
        services.AddScoped<Passkeys>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<AccountTurns>();
        services.AddSingleton<DecoyHash>();
        services.AddSingleton<FirstAdministratorLink>();
        services.AddScoped<FirstAdministrator>();
        services.AddScoped<SignInService>();
        services.AddHostedService<AccessStartup>();

        services.AddSingleton<ProxySignIn>();
        services.AddScoped<ExternalSignIn>();

        services.AddHostedService<SecretFilesReport>();
        builder.AddRequestLimits();
        AddUsers(services);
        AddAuthentication(services);
        builder.AddSingleSignOn();
        AddAuthorization(services);

        IDataProtectionBuilder protection = services.AddDataProtection().SetApplicationName("OpenVPN Dashboard");
        if (KeyCertificate.Load(builder.Configuration) is { } certificate)
            protection.ProtectKeysWithCertificate(certificate);
        services.AddSingleton<IValidateOptions<AccessOptions>, KeyCertificate>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, KeyRing>();
        services.AddProblemDetails();
        return builder;
    }

    /// <summary>
    /// Puts the middleware into place: after whatever handles errors, before antiforgery and the endpoints. What answers
    /// without authentication says so itself, by <c>AllowAnonymous</c>.
    /// </summary>
    public static WebApplication MapAccess(this WebApplication app)
    {
        app.UseProxyHeaders();
        app.UseHsts(); // only now is it known whether the browser came by https
        app.UseMiddleware<SecurityHeadersMiddleware>();
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseMiddleware<ProxySessionMiddleware>();
        app.UseMiddleware<SameOriginMiddleware>();
        app.UseAuthorization();
        app.UseMiddleware<OpenPages>();
        SignOutEndpoint.Map(app);
        SingleSignOnEndpoints.Map(app);
        return app;
    }

    /// <summary>
    /// Lets the static files through that the pages before the sign-in need: style sheets, fonts and icons, and the one
    /// small script that passkeys need. All other scripts are behind the sign-in like everything else.
    /// </summary>
    public static TBuilder AllowAnonymousAssets<TBuilder>(this TBuilder assets) where TBuilder : IEndpointConventionBuilder
    {
        assets.Add(static endpoint =>
        {
            if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } route } && IsNeededToSignIn(route))
                endpoint.Metadata.Add(new Microsoft.AspNetCore.Authorization.AllowAnonymousAttribute());
        });
        return assets;
    }

    private static bool IsNeededToSignIn(string route) =>
        route.StartsWith("js/passkey.", StringComparison.Ordinal) || Path.GetExtension(route) is ".css" or ".woff2" or ".woff" or ".svg" or ".png" or ".ico";

    private static void AddUsers(IServiceCollection services)
    {
        services.AddIdentityCore<DashboardUser>(static options =>
            {
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
                // Length is what makes a password strong; rules about its characters make it predictable.
                options.Password.RequiredLength = 12;
                options.Password.RequireDigit = false;
                options.Password.RequireLowercase = false;
                options.Password.RequireUppercase = false;
                options.Password.RequireNonAlphanumeric = false;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<DashboardDbContext>()
            .AddClaimsPrincipalFactory<UserClaims>()
            .AddSignInManager()
            .AddPasswordValidator<CommonPasswordValidator>()
            .AddDefaultTokenProviders();

        // PBKDF2 with HMAC-SHA512; hashes with fewer iterations are renewed at the next sign-in.
        services.Configure<PasswordHasherOptions>(static options => options.IterationCount = 210_000);
        services.Configure<IdentityPasskeyOptions>(static options =>
        {
            options.UserVerificationRequirement = "required"; // the device asks for a PIN or a finger: a passkey is both factors
            options.ResidentKeyRequirement = "required"; // it knows whose it is, so nobody types a name
        });
    }

    private static void AddAuthentication(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddSingleton<IClaimsTransformation, CallerAddress>();
        services.AddScoped<CookieEvents>();
        services.AddAuthentication(AnySchemeName)
            .AddPolicyScheme(AnySchemeName, displayName: null, static options => options.ForwardDefaultSelector =
                static context => ApiTokenHandler.IsPresented(context.Request) ? ApiTokenHandler.SchemeName : IdentityConstants.ApplicationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiTokenHandler>(ApiTokenHandler.SchemeName, configureOptions: null)
            .AddIdentityCookies(); // all four: the framework signs out of the others when it ends a session
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.ApplicationScheme, static options =>
        {
            options.EventsType = typeof(CookieEvents);
            options.LoginPath = "/" + Components.Account.SignIn.Path;
            options.LogoutPath = "/" + SignOutEndpoint.Path;
            options.AccessDeniedPath = "/" + Components.Account.AccessDenied.Path;
            options.ReturnUrlParameter = "returnUrl";
            options.ExpireTimeSpan = SignInSessions.Lifetime;
            options.SlidingExpiration = true;
            // The prefix __Host- would need https, and the dashboard is first met on http://127.0.0.1.
            options.Cookie.Name = "dashboard-session";
            options.Cookie.HttpOnly = true;
            // Lax, not Strict: a link in a message leads to the page and not to a needless sign-in. What changes something is guarded by SameOriginMiddleware.
            options.Cookie.SameSite = SameSiteMode.Lax;
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<CookieAuthenticationOptions>(IdentityConstants.TwoFactorUserIdScheme, static options =>
        {
            options.Cookie.Name = "dashboard-second-step";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        services.Configure<AntiforgeryOptions>(static options =>
        {
            options.Cookie.Name = "dashboard-antiforgery";
            options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            options.SuppressXFrameOptionsHeader = true; // frame-ancestors 'none' says it, and more strictly
        });
        services.AddCascadingAuthenticationState();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthenticationState>();
    }

    private static void AddAuthorization(IServiceCollection services)
    {
        services.AddSingleton<IAuthorizationHandler, RecentProof>();
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.View, static policy => policy.RequireRole(Roles.Viewer, Roles.Operator, Roles.Admin).AddRequirements(new ServerLimit()))
            .AddPolicy(Policies.Operate, static policy => policy.RequireRole(Roles.Operator, Roles.Admin).AddRequirements(new ServerLimit()))
            .AddPolicy(Policies.Administer, static policy => policy.RequireRole(Roles.Admin).AddRequirements(new ServerLimit()))
            .AddPolicy(Policies.Proven, static policy => policy.AddRequirements(new RecentProof.Requirement()))
            .AddFallbackPolicy("Fallback", static policy => policy.RequireRole(Roles.Viewer, Roles.Operator, Roles.Admin));
    }
}
