using Dashboard.History.Schema;
using Dashboard.Storage;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.History.Upkeep;

/// <summary>
/// Looks after what is stored: partitions ahead of time, sums, and the end of what is old. Whatever was not done while the
/// dashboard was off is due when it is on again. Of several dashboards on one database one does it.
/// </summary>
internal sealed class HistoryUpkeep(
    NpgsqlDataSource dataSource,
    StorageState storage,
    IOptions<HistoryOptions> options,
    TimeProvider time,
    ILogger<HistoryUpkeep> logger) : BackgroundService
{
    /// <summary>"ovpnkeep"</summary>
    internal const long Lock = 0x6f76706e_6b656570;
    private const int DaysAhead = 3;
    private static readonly TimeSpan s_interval = TimeSpan.FromMinutes(1);

    private readonly RollUp _rollUp = new(dataSource);
    private readonly Retention _retention = new(dataSource, options.Value);
    private readonly Dictionary<RollUpPeriod, DateTimeOffset> _lastDone = [];

    public UpkeepProgress Progress
    {
        get => Volatile.Read(ref field);
        private set => Volatile.Write(ref field, value);
    } = UpkeepProgress.None;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(s_interval, time);
        try
        {
            await storage.WhenReadyAsync(stoppingToken);
            do
                await TryRunAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is due after the next start.
        }
    }

    /// <summary>One round, if the database is there. A fault is told once, until a round succeeds.</summary>
    internal async Task TryRunAsync(CancellationToken cancellationToken)
    {
        if (!storage.Current.IsReady)
            return;
        try
        {
            await RunAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (Progress.Problem.Length == 0)
                Log.UpkeepFailed(logger, e);
            Progress = Progress with { Problem = StorageFaults.Explain(e) };
        }
    }

    /// <summary>One round: all that is due now.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        // The lock is the connection's, which does nothing else: each piece of work commits for itself.
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlCommand claim = new("SELECT pg_try_advisory_lock($1)", connection) { Parameters = { new() { Value = Lock } } };
        if (!(bool)(await claim.ExecuteScalarAsync(cancellationToken))!)
        {
            Progress = Progress with { Problem = "" }; // another dashboard is at it, and has its own to tell
            return;
        }
        try
        {
            await CreatePartitionsAsync(cancellationToken);
            foreach (RollUpGrain grain in Enum.GetValues<RollUpGrain>())
                await RollUpAsync(grain, cancellationToken);
            int dropped = await _retention.RunAsync(time.GetUtcNow(), cancellationToken);
            Progress = Progress with { LastRun = time.GetUtcNow(), PartitionsDropped = Progress.PartitionsDropped + dropped, Problem = "" };
        }
        finally
        {
            await using NpgsqlCommand release = new("SELECT pg_advisory_unlock($1)", connection) { Parameters = { new() { Value = Lock } } };
            await ReleaseAsync(release);
        }
    }

    // The round's own fault is the one to tell, not that the lock's connection went with it: then the lock is free anyway.
    private static async Task ReleaseAsync(NpgsqlCommand release)
    {
        try
        {
            await release.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
        }
    }

    private async Task CreatePartitionsAsync(CancellationToken cancellationToken)
    {
        DateOnly today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        DateOnly[] days = [.. Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays)];
        foreach (PartitionedTable table in (PartitionedTable[])[PartitionedTable.Traffic, PartitionedTable.Event, PartitionedTable.TrafficHour, PartitionedTable.TrafficDay, PartitionedTable.ServerHour])
            await Partitions.CreateAsync(dataSource, table, days, cancellationToken);
    }

    private async Task RollUpAsync(RollUpGrain grain, CancellationToken cancellationToken)
    {
        RollUpPeriod[] due = [.. (await _rollUp.DueAsync(grain, cancellationToken)).Where(IsRipe)];
        int past = due.Count(period => period.To <= time.GetUtcNow()); // the oldest come first
        for (int i = 0; i < due.Length; i++)
        {
            if (grain is RollUpGrain.Hour)
                Progress = Progress with { HoursDue = Math.Max(0, past - i), OldestDue = i < past ? due[i].From : null };
            DateTimeOffset now = time.GetUtcNow();
            await _rollUp.RunAsync(due[i], now, cancellationToken);
            _lastDone[due[i]] = now;
        }
        if (grain is RollUpGrain.Hour)
            Progress = Progress with { HoursDue = 0, OldestDue = null };
        foreach (RollUpPeriod over in _lastDone.Keys.Where(period => period.To <= time.GetUtcNow()).ToArray())
            _lastDone.Remove(over);
    }

    /// <summary>A period that is over can be added up now; one that goes on when the last time is a while ago.</summary>
    private bool IsRipe(RollUpPeriod period)
    {
        DateTimeOffset now = time.GetUtcNow();
        return period.To <= now || !_lastDone.TryGetValue(period, out DateTimeOffset last) || now - last >= period.Patience;
    }
}
