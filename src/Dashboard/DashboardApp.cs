using System.Net.Sockets;

using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Access.Proxies;
using Dashboard.Access.Users;
using Dashboard.Api;
using Dashboard.Approvals;
using Dashboard.Components;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Transfer;
using Dashboard.Settings;
using Dashboard.Storage;
using Dashboard.Tls;

namespace Dashboard;

/// <summary>Composes the application: the one place where the features are put together, for the program and for tests.</summary>
internal static class DashboardApp
{
    public const string DefaultUrls = "http://127.0.0.1:8080";

    /// <param name="options">Command line and folders.</param>
    /// <param name="configure">Last word on configuration and services, for tests.</param>
    /// <exception cref="SettingsException">The configuration has mistakes: all of them are in it.</exception>
    public static WebApplication Create(WebApplicationOptions options, Action<WebApplicationBuilder>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder(options);
        builder.AddDashboardConfiguration(options.Args ?? []);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.AddTls();
        builder.AddStorage();
        builder.AddHistory();
        builder.AddAudit();
        builder.AddApprovals();
        builder.AddFleet();
        builder.AddAccess();
        builder.AddApi();
        builder.Services.AddComponents();
        configure?.Invoke(builder);

        WebApplication app = builder.Build();
        app.CheckSettings();
        app.UsePathBase();
        app.UseRouting(); // the framework would put it first, where the path is not yet what the routes know
        app.UseErrorPages();
        app.MapAccess();
        app.UseAntiforgery();
        app.MapStaticAssets().AllowAnonymousAssets();
        app.MapApi();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
        return app;
    }

    /// <summary>The program: runs until it is told to stop, or does what a command says (<see cref="UserCommand"/>, <see cref="HistoryCommand"/>).</summary>
    /// <returns>The exit code: 0 after an orderly end, 1 when it could not start, 2 when the configuration is wrong.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is ["user", .. string[] command])
                return await UserCommand.RunAsync(command, static rest => Create(Options(rest)), Console.Out, Console.Error);
            if (args is ["history", .. string[] history])
                return await HistoryCommand.RunAsync(history, static rest => Create(Options(rest)), Console.Out, Console.Error);

            await using WebApplication app = Create(Options(args));
            try
            {
                await app.StartAsync();
            }
            catch
            {
                await app.StopAsync(); // what had started before the rest failed
                throw;
            }
            Console.WriteLine($"OpenVPN Dashboard: {string.Join(' ', app.Urls.Select(url => url.TrimEnd('/') + PathBase.Of(app.Configuration)))}");
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e) when (e is IOException or StorageException or SocketException or UnauthorizedAccessException)
        {
            string help = e is StorageException ? "" : " See Dashboard:Urls (in the environment Dashboard__Urls) and Dashboard:History:DataDirectory.";
            await Console.Error.WriteLineAsync($"OpenVPN Dashboard cannot start: {e.Message}{help}");
            return 1;
        }
    }

    // The program's own folder holds wwwroot; the configuration and the data are elsewhere.
    private static WebApplicationOptions Options(string[] args) => new() { Args = args, ContentRootPath = AppContext.BaseDirectory };
}
