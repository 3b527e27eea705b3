using System.Globalization;
using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Dashboard.Access;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.Access;

/// <summary>The whole application on a free port, with a database of its own, its standard output and its log at the finest level.</summary>
internal sealed class AccessApp : IAsyncDisposable
{
    public const string AdminName = "grace";
    public const string AdminPassword = "four quite random words";

    public const string AdminToken = "admin-0123456789abcdef0123456789abcdef";
    public const string ViewerToken = "viewer-0123456789abcdef0123456789abcdef";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("dashboard-access-");

    private AccessApp(string connectionString, Action<WebApplicationBuilder>? configure, IEnumerable<string> settings)
    {
        ViewerTokenFile = Path.Combine(_data.FullName, "viewer.token");
        File.WriteAllText(ViewerTokenFile, ViewerToken + "\n");
        _app = DashboardApp.Create(
            new WebApplicationOptions
            {
                ApplicationName = typeof(DashboardApp).Assembly.GetName().Name,
                EnvironmentName = "Development", // static files come from where the build left them
                Args =
                [
                    "--urls=http://127.0.0.1:0",
                    "--Logging:LogLevel:Default=Trace",
                    "--Logging:LogLevel:Microsoft=Trace",
                    $"--Dashboard:History:ConnectionString={connectionString}",
                    $"--Dashboard:History:DataDirectory={_data.FullName}",
                    "--Dashboard:Access:ApiTokens:0:Name=ci",
                    "--Dashboard:Access:ApiTokens:0:Role=Admin",
                    $"--Dashboard:Access:ApiTokens:0:Token={AdminToken}",
                    "--Dashboard:Access:ApiTokens:1:Name=board",
                    "--Dashboard:Access:ApiTokens:1:Role=Viewer",
                    $"--Dashboard:Access:ApiTokens:1:TokenFile={ViewerTokenFile}",
                    .. settings,
                ],
            },
            builder =>
            {
                builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(Log);
                builder.Services.AddKeyedSingleton<TextWriter>(AccessRegistration.StandardOutput, TextWriter.Synchronized(Output));
                configure?.Invoke(builder);
            });
    }

    public CapturedLog Log { get; } = new();

    public StringWriter Output { get; } = new(CultureInfo.InvariantCulture);

    public string ViewerTokenFile { get; }

    public string KeysFolder => Path.Combine(_data.FullName, "keys");

    public IServiceProvider Services => _app.Services;

    public Uri Address { get; private set; } = null!;

    public IReadOnlyList<RouteEndpoint> Endpoints =>
        [.. ((IEndpointRouteBuilder)_app).DataSources.SelectMany(static source => source.Endpoints).OfType<RouteEndpoint>()];

    /// <summary>Starts and waits for the storage. Nobody can sign in yet: see <see cref="StartWithAdminAsync"/>.</summary>
    /// <param name="settings">More arguments, for what is read before <paramref name="configure"/> has a say.</param>
    public static async Task<AccessApp> StartAsync(
        string connectionString, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null, bool whenReady = true, IEnumerable<string>? settings = null)
    {
        var app = new AccessApp(connectionString, configure, settings ?? []);
        map?.Invoke(app._app);
        await app._app.StartAsync(Cancel);
        app.Address = new Uri(app._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        if (whenReady)
            await app.Services.GetRequiredService<StorageState>().WhenReadyAsync(Cancel).WaitAsync(TestWait.Limit, Cancel);
        return app;
    }

    /// <summary>Starts, and creates the administrator through the link, as a person would.</summary>
    public static async Task<AccessApp> StartWithAdminAsync(
        string connectionString, Action<WebApplicationBuilder>? configure = null, Action<WebApplication>? map = null)
    {
        AccessApp app = await StartAsync(connectionString, configure, map);
        using var browser = new Browser(app.Address);
        HttpResponseMessage response = await browser.PostFormAsync(await app.FirstAdminLinkAsync(), NewAdmin(AdminName));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return app;
    }

    public static (string Name, string Value)[] NewAdmin(string userName, string password = AdminPassword) =>
        [("userName", userName), ("newPassword", password), ("repeatedPassword", password)];

    /// <summary>The path and query of the link that was written to standard output.</summary>
    public async Task<string> FirstAdminLinkAsync()
    {
        string link = await WaitFor.ValueAsync(() =>
        {
            string output = Output.ToString();
            int start = output.IndexOf("http://", StringComparison.Ordinal);
            return start < 0 ? null : output[start..].Split('\n')[0].Trim();
        });
        return new Uri(link).PathAndQuery;
    }

    /// <summary>A browser in which somebody has signed in.</summary>
    public async Task<Browser> SignInAsync(string userName = AdminName, string password = AdminPassword)
    {
        var browser = new Browser(Address);
        using HttpResponseMessage response = await browser.SignInAsync(userName, password);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    /// <summary>Somebody as a live page knows them: with a session of their own, opened now by their password.</summary>
    public async Task<ClaimsPrincipal> PrincipalAsync(string userName)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<DashboardUser>>();
        DashboardUser user = (await signIn.UserManager.FindByNameAsync(userName))!;
        ClaimsPrincipal principal = await signIn.CreateUserPrincipalAsync(user);
        DateTimeOffset now = Services.GetRequiredService<TimeProvider>().GetUtcNow();
        SignInSessionRow session = new() { Id = Guid.NewGuid(), UserId = user.Id, CreatedAt = now, LastSeenAt = now };
        await Services.GetRequiredService<SignInSessions>().AddAsync(session, Cancel);
        principal.Identities.First().AddClaims(SessionClaims.Make(session.Id, now));
        return principal;
    }

    public Task<Guid> IdOfAsync(string userName) =>
        QueryAsync(database => database.Users.Where(user => user.UserName == userName).Select(user => user.Id).SingleAsync(Cancel));

    /// <summary>Creates a user with a role (or none), directly.</summary>
    public async Task AddUserAsync(string userName, string password, string? role, params string[] servers)
    {
        await using AsyncServiceScope scope = Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<DashboardUser>>();
        var user = new DashboardUser { UserName = userName, Servers = [.. servers] };
        Assert.True((await users.CreateAsync(user, password)).Succeeded);
        if (role is not null)
            Assert.True((await users.AddToRoleAsync(user, role)).Succeeded);
    }

    public async Task<T> QueryAsync<T>(Func<DashboardDbContext, Task<T>> query)
    {
        await using DashboardDbContext database = await Services.GetRequiredService<IDbContextFactory<DashboardDbContext>>().CreateDbContextAsync(Cancel);
        return await query(database);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }


    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
