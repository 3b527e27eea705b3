using System.Collections.Concurrent;

using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.History;

/// <summary>
/// What the daemons report, turned into what is to be written: pure, in memory, no clock and no I/O of its own. The upper
/// half is told by any thread; the lower half belongs to one writer.
/// </summary>
/// <remarks>Invariant: a session's slices, waiting and written, add up to the last counters reported for it, to the byte.</remarks>
internal sealed class AccountingLedger
{
    private readonly ConcurrentDictionary<SessionId, SessionAccount> _accounts = [];
    private readonly Dictionary<string, WatchLog> _watches = new(StringComparer.Ordinal);
    private readonly Lock _watchGate = new();

    public int Sessions => _accounts.Count;

    /// <summary>How many slices wait to be written.</summary>
    public int Waiting => _accounts.Values.Sum(account => account.Waiting);

    public void Seen(SessionIdentity session, SessionDetails details, DateTimeOffset at)
    {
        WatchLog watch = WatchOf(session.Server);
        while (true)
        {
            SessionAccount account = _accounts.GetOrAdd(session.Id, _ => new SessionAccount(session, details, watch, at));
            if (account.Seen(session, details))
                return;
            _accounts.TryRemove(KeyValuePair.Create(session.Id, account)); // its last write is just over
        }
    }

    /// <summary>Cumulative counters. Ignored for a session that was never seen.</summary>
    public void Reported(SessionId session, long received, long sent, DateTimeOffset at)
    {
        if (_accounts.TryGetValue(session, out SessionAccount? account))
            account.Report(received, sent, at);
    }

    /// <summary>The counters are lower than was reported: a reading was wrong.</summary>
    public void Corrected(SessionId session, long received, long sent, DateTimeOffset at)
    {
        if (_accounts.TryGetValue(session, out SessionAccount? account))
            account.Correct(received, sent, at);
    }

    public void Ended(SessionId session, SessionEnd end)
    {
        if (_accounts.TryGetValue(session, out SessionAccount? account))
            account.Ended(end);
    }

    public void WatchChanged(string server, bool watching, DateTimeOffset at)
    {
        WatchLog watch = WatchOf(server);
        lock (_watchGate)
        {
            if (watching)
                watch.Begin(at);
            else
                watch.End(at);
        }
    }

    /// <summary>Sessions whose row is not known, or not up to date.</summary>
    public IEnumerable<SessionRegistration> Unregistered() =>
        _accounts.Values.Where(account => account.NeedsRegistration).Select(account => account.Registration());

    /// <summary>What can be written now: whole minutes, and everything of sessions that are over.</summary>
    /// <param name="everything">The minute that is going on too: there will be no later chance.</param>
    public IEnumerable<AccountEntry> Collect(DateTimeOffset now, bool everything) =>
        _accounts.Values.Select(account => account.Collect(now, everything)).OfType<AccountEntry>();

    public void Written(IEnumerable<AccountEntry> entries)
    {
        foreach (AccountEntry entry in entries)
        {
            if (entry.Account.Written(entry))
                _accounts.TryRemove(KeyValuePair.Create(entry.Account.Id, entry.Account));
        }
    }

    /// <summary>The write failed, or its answer got lost. The rows themselves will tell.</summary>
    public static void InDoubt(IEnumerable<AccountEntry> entries)
    {
        foreach (AccountEntry entry in entries)
            entry.Account.InDoubt();
    }

    /// <summary>When the servers were watched, as far as everything that came of it is written.</summary>
    public WatchStretch[] Stretches(DateTimeOffset horizon)
    {
        lock (_watchGate)
            return [.. _watches.Values.SelectMany(watch => watch.Until(horizon))];
    }

    public void StretchesWritten(DateTimeOffset horizon)
    {
        lock (_watchGate)
        {
            foreach (WatchLog watch in _watches.Values)
                watch.Forget(horizon);
        }
    }

    /// <summary>
    /// Servers that have been watched for long enough to know all their sessions, once for each watch: whatever the
    /// database holds as living and is not among them ended while nobody watched.
    /// </summary>
    public SettledServer[] Settled(DateTimeOffset now)
    {
        lock (_watchGate)
        {
            return [.. _watches.Values.Where(watch => watch.IsSettling(now)).Select(SessionsOf).OfType<SettledServer>()];
        }
    }

    public void SettledWritten(SettledServer settled)
    {
        lock (_watchGate)
            _watches[settled.Server].Settled(settled.Began);
    }

    /// <summary>Makes room: half the slices, half the resolution, every byte.</summary>
    public void Compact()
    {
        foreach (SessionAccount account in _accounts.Values)
            account.Compact();
    }

    /// <summary>Null while the row of one of its sessions is not known.</summary>
    private SettledServer? SessionsOf(WatchLog watch)
    {
        int?[] numbers = [.. _accounts.Values.Where(account => account.Server == watch.Server).Select(account => account.Number)];
        return numbers.Contains(null) ? null : new SettledServer(watch.Server, watch.LastBegan, [.. numbers.OfType<int>()]);
    }

    private WatchLog WatchOf(string server)
    {
        lock (_watchGate)
        {
            if (!_watches.TryGetValue(server, out WatchLog? watch))
                _watches.Add(server, watch = new WatchLog(server));
            return watch;
        }
    }
}
