using System.Threading.Channels;

using Dashboard.Fleet;
using Dashboard.Live;
using Dashboard.Storage;

namespace Dashboard.History.Events;

/// <summary>
/// Hears what daemons say and stores it, in the order in which each of them said it. While the database is away the latest
/// wait in memory; older ones are given up, and counted.
/// </summary>
internal sealed class EventRecorder : BackgroundService, IFleetObserver
{
    private const int BatchSize = 2000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    private readonly PostgresEventStore _store;
    private readonly StorageState _storage;
    private readonly TimeProvider _time;
    private readonly ILogger<EventRecorder> _logger;
    private readonly Channel<ServerEvent> _waiting;
    private readonly Dictionary<(string Server, ServerEventKind Stream), ReplayFilter> _filters = [];
    private List<StoredEvent> _batch = [];
    private long[]? _numbers;
    private ServerEvent? _next;
    private long _lost;
    private long _lostTold;
    private bool _failing;

    public EventRecorder(PostgresEventStore store, StorageState storage, TimeProvider time, ILogger<EventRecorder> logger, int capacity = 20_000)
    {
        (_store, _storage, _time, _logger) = (store, storage, time, logger);
        Capacity = capacity;
        _waiting = Channel.CreateBounded<ServerEvent>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _lost));
    }

    /// <summary>So many events wait at most, some 10 MB.</summary>
    public int Capacity { get; }

    /// <summary>How many events were given up since the start.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    void IFleetObserver.Happened(ServerEvent happened) => _waiting.Writer.TryWrite(happened);

    void IFleetObserver.SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at)
    {
    }

    void IFleetObserver.CountersReported(SessionId session, long received, long sent, DateTimeOffset at)
    {
    }

    void IFleetObserver.SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason)
    {
    }

    void IFleetObserver.WatchChanged(string server, bool watching, DateTimeOffset at)
    {
    }

    /// <summary>Ends the loop, then writes what there is, if the database is still there.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (await TryWriteAsync(cancellationToken) && _waiting.Reader.Count > 0)
        {
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (_batch.Count > 0 || _next is not null || await _waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(s_patience, _time, stoppingToken); // more will come, and one write is enough for all
                if (!await TryWriteAsync(stoppingToken))
                    await Task.Delay(s_retry, _time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync goes on.
        }
    }

    /// <summary>Writes what waits, a batch at most. What fails is kept for the next call.</summary>
    /// <returns>Whether it could be written.</returns>
    internal async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        if (!_storage.Current.IsReady)
            return false;
        try
        {
            if (_numbers is null)
                await FillAsync(cancellationToken);
            if (_batch.Count > 0)
            {
                _numbers ??= await _store.TakeNumbersAsync(_batch.Count, cancellationToken);
                await _store.WriteAsync(_batch, _numbers, cancellationToken);
            }
            (_batch, _numbers, _failing) = ([], null, false);
            long lost = Interlocked.Read(ref _lost);
            if (lost > _lostTold)
                Log.EventsLost(_logger, lost - _lostTold);
            _lostTold = lost;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
                Log.EventsNotWritten(_logger, e, Capacity);
            _failing = true;
            return false;
        }
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        while (_batch.Count < BatchSize && (_next is not null || _waiting.Reader.TryRead(out _next)))
        {
            ReplayFilter filter = await FilterAsync(_next, cancellationToken); // may fail: then it is the next again
            StoredEvent line = StoredEvent.From(_next, _time.GetUtcNow());
            if (filter.IsNew(line, _next.Replay))
                _batch.Add(line);
            _next = null;
        }
    }

    private async Task<ReplayFilter> FilterAsync(ServerEvent happened, CancellationToken cancellationToken)
    {
        if (_filters.TryGetValue((happened.Server, happened.Kind), out ReplayFilter? filter))
            return filter;
        ServerEventKind[] kinds = happened.Kind is ServerEventKind.Log ? [ServerEventKind.Log, ServerEventKind.AuthFailure] : [happened.Kind];
        (DateTimeOffset at, string[] texts) = await _store.LastAsync(happened.Server, kinds, cancellationToken);
        _filters.Add((happened.Server, happened.Kind), filter = new ReplayFilter(at, texts));
        return filter;
    }
}
