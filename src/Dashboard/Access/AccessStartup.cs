using Dashboard.Access.Tokens;
using Dashboard.Settings;
using Dashboard.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>
/// Once there is storage: makes sure that the roles exist and, while there is no administrator, writes the link for the first
/// administrator to standard output and to nowhere else.
/// </summary>
internal sealed class AccessStartup(
    StorageState storage,
    IServiceProvider services,
    FirstAdministratorLink link,
    [FromKeyedServices(AccessRegistration.StandardOutput)] TextWriter output,
    IServer server,
    IConfiguration configuration,
    IHostApplicationLifetime lifetime,
    TimeProvider time,
    ILogger<AccessStartup> logger) : BackgroundService
{
    private static readonly TimeSpan s_retryDelay = TimeSpan.FromSeconds(5);

    /// <summary>Reads the API tokens while the options, validated a moment ago, are still true of the files they name.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        services.GetRequiredService<ApiTokenStore>();
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WhenStartedAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            return; // the rest could not start
        }
        while (!stoppingToken.IsCancellationRequested)
        {
            await storage.WhenReadyAsync(stoppingToken);
            try
            {
                if (!await HasAdministratorAsync(stoppingToken))
                    await AnnounceAsync(link.Issue());
                return;
            }
            catch (Exception e) when (StorageFailure.Is(e))
            {
                Log.AccessStartupFailed(logger, e, s_retryDelay);
            }
            await Task.Delay(s_retryDelay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The addresses are known when the server listens, which is after the background services were started.
    private async Task WhenStartedAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
    }

    private async Task<bool> HasAdministratorAsync(CancellationToken stoppingToken)
    {
        await using AsyncServiceScope scope = services.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<DashboardDbContext>();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>();
        await AccessLock.RunAsync(database, async () =>
        {
            foreach (string role in Roles.All)
            {
                if (!await roles.RoleExistsAsync(role))
                    await roles.CreateAsync(new IdentityRole<Guid>(role));
            }
            return true;
        }, stoppingToken);
        return await FirstAdministrator.IsThereOneAsync(scope.ServiceProvider.GetRequiredService<UserManager<DashboardUser>>());
    }

    private Task AnnounceAsync(string token)
    {
        string address = BrowserAddress.Of(configuration, server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);
        return output.WriteLineAsync(
            $"""

            There is no administrator yet. This link creates the first one; it works once, within {FirstAdministratorLink.Lifetime.TotalHours:0} hours:

                {address}/{FirstAdministratorLink.Path}?token={token}

            """);
    }
}
