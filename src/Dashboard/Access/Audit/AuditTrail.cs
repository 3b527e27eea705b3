using System.Threading.Channels;

using Dashboard.Fleet;
using Dashboard.Storage;

namespace Dashboard.Access.Audit;

/// <summary>
/// Writes the trail behind everybody's back. While the database is away entries wait in memory; each of them is in the
/// dashboard's own log from the beginning, so that what does not fit in memory, or is left at the end, is not lost.
/// </summary>
internal sealed class AuditTrail(IAuditStore store, StorageState storage, TimeProvider time, ILogger<AuditTrail> logger) : BackgroundService, IAuditTrail
{
    private const int MaxWaiting = 10_000;
    private const int BatchSize = 200;
    private const int MaxLogged = 300;
    private static readonly TimeSpan s_retryAfter = TimeSpan.FromSeconds(2);

    private readonly Channel<AuditEntry> _waiting = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });
    private readonly List<AuditEntry> _batch = [];
    private int _unwritten;
    private bool _failing;

    /// <summary>Entries that are not in the database yet.</summary>
    public int Waiting => Volatile.Read(ref _unwritten);

    public void Write(AuditEntry entry)
    {
        Report(entry);
        Interlocked.Increment(ref _unwritten);
        if (_waiting.Writer.TryWrite(entry))
            return;
        Interlocked.Decrement(ref _unwritten);
        Log.AuditOverflow(logger, entry.Id);
    }

    private void Report(AuditEntry entry)
    {
        VisibleText actor = new(entry.By.Name), details = Shown(entry.Details), reply = Shown(entry.Reply);
        if (AccountActions.All.Contains(entry.Action, StringComparer.Ordinal))
        {
            (VisibleText before, VisibleText after) = (Shown(entry.Before), Shown(entry.After));
            Log.AccountAudit(logger, actor, entry.By.Kind, entry.By.Address, entry.Action, details, before, after, entry.Outcome, reply);
            return;
        }
        (VisibleText name, VisibleText reason) = (Shown(entry.CommonName ?? entry.Session?.CommonName), Shown(entry.Reason));
        string? session = entry.Session?.Id.ToString();
        Log.Audit(logger, actor, entry.By.Kind, entry.By.Address, entry.Action, new(entry.Server, MaxLogged), name, session, details, reason, entry.Outcome, reply);
    }

    /// <summary>Ends the loop, then writes what there is.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (Fill() && await TryWriteAsync(cancellationToken))
        {
        }
        if (Waiting > 0)
            Log.AuditNotWritten(logger, Waiting);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (_batch.Count == 0)
                    await _waiting.Reader.WaitToReadAsync(stoppingToken);
                Fill();
                if (!await TryWriteAsync(stoppingToken))
                    await Task.Delay(s_retryAfter, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // StopAsync goes on.
        }
    }

    private bool Fill()
    {
        while (_batch.Count < BatchSize && _waiting.Reader.TryRead(out AuditEntry? entry))
            _batch.Add(entry);
        return _batch.Count > 0;
    }

    private async Task<bool> TryWriteAsync(CancellationToken cancellationToken)
    {
        if (!storage.Current.IsReady)
            return false;
        try
        {
            await store.AppendAsync(_batch, cancellationToken);
            Interlocked.Add(ref _unwritten, -_batch.Count);
            _batch.Clear();
            _failing = false;
            return true;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_failing)
                Log.AuditWriteFailed(logger, e);
            _failing = true;
            return false;
        }
    }

    private static VisibleText Shown(string? text) => new(text is null ? null : Secrets.Mask(text), MaxLogged);
}
