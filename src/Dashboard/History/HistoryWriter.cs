using Dashboard.Fleet;
using Dashboard.Live;
using Dashboard.Storage;

using Microsoft.Extensions.Options;

namespace Dashboard.History;

/// <summary>
/// Learns from the fleet, and writes what is finished every few seconds. While the database is away nothing is lost but
/// time, and in the end resolution.
/// </summary>
/// <remarks>
/// Memory in an outage: rows are merged beyond <see cref="MaxWaiting"/>, down to one for each session. A session that ended keeps
/// its account until it is written, so memory grows with how many sessions end in an outage and not with what they move.
/// </remarks>
internal sealed class HistoryWriter(
    AccountingLedger ledger,
    IHistoryStore store,
    StorageState storage,
    IOptions<HistoryOptions> options,
    HistoryMetrics metrics,
    TimeProvider time,
    ILogger<HistoryWriter> logger) : BackgroundService, IFleetObserver
{
    /// <summary>So many sessions are written in one transaction.</summary>
    private const int BatchSize = 10_000;

    /// <summary>So many days ahead a partition is made, so that the first row of a day need not wait for one.</summary>
    private const int DaysAhead = 3;

    private readonly SemaphoreSlim _flushing = new(1, 1);
    private readonly HashSet<DateOnly> _partitions = [];
    private bool _failing;

    /// <summary>From this many waiting rows on (some 50 MB), rows are merged.</summary>
    internal int MaxWaiting { get; init; } = 1_000_000;

    void IFleetObserver.SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at) => Safely(() => ledger.Seen(session, details, at));

    // The frequent one: no closure.
    void IFleetObserver.CountersReported(SessionId session, long received, long sent, DateTimeOffset at) => ledger.Reported(session, received, sent, at);

    void IFleetObserver.CountersCorrected(SessionId session, long received, long sent, DateTimeOffset at) => Safely(() => ledger.Corrected(session, received, sent, at));

    void IFleetObserver.SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason) =>
        Safely(() => ledger.Ended(session, new SessionEnd(notBefore, notAfter, reason)));

    void IFleetObserver.WatchChanged(string server, bool watching, DateTimeOffset at) => Safely(() => ledger.WatchChanged(server, watching, at));

    public override void Dispose()
    {
        base.Dispose();
        _flushing.Dispose();
    }

    /// <summary>Ends the loop, then writes what there is, the minute that is going on included.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryFlushAsync(everything: true, cancellationToken);
        if (ledger.Waiting is > 0 and int rows)
            Log.HistoryNotWritten(logger, rows);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(options.Value.FlushInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await TryFlushAsync(everything: false, stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync goes on.
        }
    }

    /// <summary>Writes if the database is there. A failure is told once, until it works again.</summary>
    internal async Task TryFlushAsync(bool everything, CancellationToken cancellationToken)
    {
        try
        {
            if (storage.Current.IsReady)
            {
                await FlushAsync(everything, cancellationToken);
                if (_failing)
                    Log.HistoryWritesAgain(logger);
                _failing = false;
                storage.Written();
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            metrics.Failed();
            if (!_failing)
                Log.HistoryWriteFailed(logger, e);
            _failing = true;
            storage.WriteFailed(e);
        }
        if (ledger.Waiting > MaxWaiting)
            ledger.Compact();
    }

    /// <summary>Writes everything that is finished. May be called at any time; what fails is tried again by the next call.</summary>
    internal async Task FlushAsync(bool everything, CancellationToken cancellationToken)
    {
        await _flushing.WaitAsync(cancellationToken);
        try
        {
            long started = time.GetTimestamp();
            DateTimeOffset now = time.GetUtcNow();
            foreach (SessionRegistration[] chunk in ledger.Unregistered().Chunk(BatchSize))
            {
                IReadOnlyList<RegisteredSession> rows = await store.RegisterAsync(chunk, cancellationToken);
                for (int i = 0; i < chunk.Length; i++)
                    chunk[i].Account.Registered(chunk[i], rows[i]);
            }

            int written = 0;
            foreach (AccountEntry[] chunk in ledger.Collect(now, everything).Chunk(BatchSize))
                written += await WriteAsync(chunk, now, cancellationToken);
            await WriteWatchAsync(everything ? now : TrafficSlice.MinuteOf(now), cancellationToken);
            foreach (SettledServer server in ledger.Settled(now))
            {
                await store.EndOthersAsync(server, server.Began + WatchLog.SettleTime, cancellationToken);
                ledger.SettledWritten(server);
            }
            metrics.Wrote(written, time.GetElapsedTime(started));
        }
        finally
        {
            _flushing.Release();
        }
    }

    private async Task<int> WriteAsync(AccountEntry[] entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await CreatePartitionsAsync(entries, now, cancellationToken);
            await store.WriteAsync(entries, cancellationToken);
        }
        catch
        {
            AccountingLedger.InDoubt(entries);
            _partitions.Clear(); // one of them may have been dropped
            throw;
        }
        ledger.Written(entries);
        return entries.Sum(entry => entry.Slices.Length);
    }

    private async Task WriteWatchAsync(DateTimeOffset horizon, CancellationToken cancellationToken)
    {
        WatchStretch[] stretches = ledger.Stretches(horizon);
        if (stretches.Length == 0)
            return;
        await store.WriteWatchAsync(stretches, cancellationToken);
        ledger.StretchesWritten(horizon);
    }

    private async Task CreatePartitionsAsync(AccountEntry[] entries, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateOnly today = DayOf(now);
        DateOnly[] missing = [.. entries.SelectMany(entry => entry.Slices).Select(slice => DayOf(slice.Minute))
            .Concat(Enumerable.Range(0, DaysAhead + 1).Select(today.AddDays)).Distinct().Where(day => !_partitions.Contains(day))];
        if (missing.Length == 0)
            return;
        await store.CreatePartitionsAsync(missing, cancellationToken);
        _partitions.UnionWith(missing);
    }

    private static DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(instant.UtcDateTime);

    /// <summary>The fleet's loops must not pay for a mistake of ours.</summary>
    private void Safely(Action record)
    {
        try
        {
            record();
        }
        catch (Exception e)
        {
            Log.HistoryMissed(logger, e);
        }
    }
}
