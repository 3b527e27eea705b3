using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Storage;

using Npgsql;

namespace Dashboard.Storage;

/// <summary>
/// Gets the database ready and keeps an eye on it, in the background: nothing that shows what is true now waits for it.
/// Only a data folder that another dashboard uses stops the start.
/// </summary>
internal sealed class StorageService(
    StorageState state,
    NpgsqlDataSource dataSource,
    IDbContextFactory<DashboardDbContext> contexts,
    TimeProvider time,
    ILogger<StorageService> logger,
    EmbeddedPostgres? postgres) : IHostedService, IDisposable
{
    /// <summary>Several dashboards may start at once on one database: one migrates, the others wait.</summary>
    private const long MigrationLock = 0x6f76706e_64617368; // "ovpndash"
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stopping = new();
    private Task _run = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        postgres?.Claim();
        _run = Task.Run(() => RunAsync(_stopping.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _run;
        if (postgres is not null)
        {
            await dataSource.DisposeAsync(); // a shutdown waits for nobody, but says less about clients that left
            await postgres.StopAsync(cancellationToken);
        }
        state.Set(StorageCondition.Unavailable, "The dashboard is stopping.");
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        for (int failures = 0; !stoppingToken.IsCancellationRequested;)
        {
            try
            {
                if (postgres is not null)
                    await postgres.StartAsync(stoppingToken);
                await MigrateAsync(stoppingToken);
                failures = 0;
                state.Set(StorageCondition.Ready);
                Log.StorageReady(logger);
                await WatchAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                dataSource.Clear(); // connections of a server that is gone
                string reason = StorageFaults.Explain(e);
                TimeSpan delay = Backoff(++failures);
                state.Set(StorageCondition.Unavailable, reason);
                Log.StorageUnavailable(logger, delay, reason);
                await Task.Delay(delay, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Returns only by exception, when the database no longer answers.</summary>
    private async Task WatchAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            Task ended = postgres is null ? Task.Delay(Timeout.Infinite, stoppingToken) : postgres.Ended;
            await Task.WhenAny(ended, Task.Delay(s_checkInterval, time, stoppingToken));
            stoppingToken.ThrowIfCancellationRequested();
            if (postgres is { Ended.IsCompleted: true })
                throw new StorageException($"PostgreSQL ended: {await postgres.Ended}");
            await using NpgsqlCommand check = dataSource.CreateCommand("SELECT 1");
            await check.ExecuteScalarAsync(stoppingToken);
        }
    }

    private async Task MigrateAsync(CancellationToken cancellationToken)
    {
        await using DashboardDbContext context = await contexts.CreateDbContextAsync(cancellationToken);
        IRelationalDatabaseCreator creator = (IRelationalDatabaseCreator)context.GetService<IDatabaseCreator>();
        if (!await creator.ExistsAsync(cancellationToken))
            await CreateDatabaseAsync(creator, cancellationToken);

        context.Database.SetCommandTimeout(0); // of years of history an index takes minutes, and another dashboard may be at it
        await context.Database.OpenConnectionAsync(cancellationToken); // the lock is the connection's
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_lock({MigrationLock})", cancellationToken);
        try
        {
            await context.GetService<IHistoryRepository>().CreateIfNotExistsAsync(cancellationToken);
            string[] unknown = [.. (await context.Database.GetAppliedMigrationsAsync(cancellationToken)).Except(context.Database.GetMigrations(), StringComparer.Ordinal)];
            if (unknown.Length > 0)
                throw new StorageException($"The database was made by a newer dashboard (it has {unknown[^1]}): update this one.");
            await context.Database.MigrateAsync(cancellationToken);
        }
        catch
        {
            // The fault that is told is this one. A connection that it took along cannot unlock anything; the lock went with it.
            await context.Database.CloseConnectionAsync();
            throw;
        }
        await context.Database.ExecuteSqlAsync($"SELECT pg_advisory_unlock({MigrationLock})", CancellationToken.None);
    }

    private static async Task CreateDatabaseAsync(IRelationalDatabaseCreator creator, CancellationToken cancellationToken)
    {
        try
        {
            await creator.CreateAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another dashboard was first.
        }
    }

    private static TimeSpan Backoff(int failures) =>
        TimeSpan.FromSeconds(Math.Min(s_longestDelay.TotalSeconds, Math.Pow(2, Math.Min(failures, 10) - 1)));
}
