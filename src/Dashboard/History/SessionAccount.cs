using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.History;

/// <summary>
/// The account of one session. Its balance is simple: <see cref="_bookedReceived"/> is what the database has, the slices are
/// what it has yet to get, and both together are what the daemon reported last. Any thread may call.
/// </summary>
internal sealed class SessionAccount(SessionIdentity identity, SessionDetails details, WatchLog watch, DateTimeOffset firstSeen)
{
    /// <summary>How old "last seen" may get in the database while nothing moves.</summary>
    private static readonly TimeSpan s_longestSilence = TimeSpan.FromMinutes(10);

    /// <summary>So many reports may be behind the row before they are believed.</summary>
    private const int PatienceBehind = 2;

    private readonly Lock _gate = new();
    private readonly List<TrafficSlice> _slices = [];
    private SessionIdentity _identity = identity;
    private SessionDetails _details = details;
    private int _collected; // these slices are on their way: nothing is added to them
    private bool _registered;
    private bool _closed;
    private int _number;
    private long _bookedReceived;
    private long _bookedSent;
    private long _received;
    private long _sent;
    private long _reportedReceived;
    private long _reportedSent;
    private long _offsetReceived; // of what is counted from what is reported
    private long _offsetSent;
    private int _reportsBehind;
    private DateTimeOffset? _firstReport;
    private DateTimeOffset? _lastReport;
    private DateTimeOffset? _coveredUntil;
    private DateTimeOffset _written = DateTimeOffset.MinValue;
    private SessionEnd? _end;

    public string Server { get; } = identity.Server;
    public SessionId Id { get; } = identity.Id;

    /// <summary>How many slices wait; approximate while another thread adds some.</summary>
    public int Waiting => _slices.Count;

    public bool NeedsRegistration
    {
        get
        {
            lock (_gate)
                return !_registered;
        }
    }

    /// <summary>Null until the session has its row.</summary>
    public int? Number
    {
        get
        {
            lock (_gate)
                return _registered ? _number : null;
        }
    }

    /// <returns>False when the account is closed: a session that is found again after that needs a new one.</returns>
    public bool Seen(SessionIdentity identity, SessionDetails details)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            if (_details == details && _identity.CommonName == identity.CommonName && _end is null)
                return true;
            (_identity, _details) = (identity, details);
            _end = null; // found again
            _registered = false;
            return true;
        }
    }

    public void Ended(SessionEnd end)
    {
        lock (_gate)
            _end ??= end;
    }

    /// <summary>Books what is new since the last report. A counter that is behind what was reported already adds nothing and takes nothing away.</summary>
    public void Report(long received, long sent, DateTimeOffset at)
    {
        lock (_gate)
        {
            (DateTimeOffset from, bool gap) = _lastReport is { } last ? (last, last < watch.LastBegan) : Beginning(at);
            bool isBaseline = _lastReport is null && !_registered; // what the database has of it is not known yet
            _firstReport ??= at;
            _lastReport = at;
            KeepUp(received, sent);
            (_reportedReceived, _reportedSent) = (received, sent);
            long newReceived = Math.Max(0, received + _offsetReceived - _received);
            long newSent = Math.Max(0, sent + _offsetSent - _sent);
            _received += newReceived;
            _sent += newSent;
            if (isBaseline)
                (_bookedReceived, _bookedSent) = (_received, _sent);
            else
                Add(new TrafficSlice(from, at, newReceived, newSent, gap));
        }
    }

    /// <summary>
    /// Takes back what a wrong reading booked: from the newest of what is not written yet, and what is written already by a row of less than
    /// nothing. Every sum is right again, and the row's place says when it was noticed.
    /// </summary>
    public void Correct(long received, long sent, DateTimeOffset at)
    {
        lock (_gate)
        {
            if (_lastReport is not { } last)
                return;
            (long lessReceived, long lessSent) = (Math.Max(0, _reportedReceived - received), Math.Max(0, _reportedSent - sent));
            (_reportedReceived, _reportedSent, _lastReport) = (received, sent, at);
            (_received, _sent) = (_received - lessReceived, _sent - lessSent);
            (lessReceived, lessSent) = TakeBack(lessReceived, lessSent);
            if (_number == 0)
                (_bookedReceived, _bookedSent) = (_bookedReceived - lessReceived, _bookedSent - lessSent); // nothing of it is written
            else
                Add(new TrafficSlice(last, at, -lessReceived, -lessSent, Gap: false));
        }
    }

    /// <summary>What the session's row is to say, as of now.</summary>
    public SessionRegistration Registration()
    {
        lock (_gate)
            return new SessionRegistration(this, _identity, _details, firstSeen);
    }

    /// <summary>
    /// Takes the row's counters as the truth about what is booked, and makes the slices add up to the rest: what is missing
    /// comes in front as one slice, what turns out to be booked already (a commit whose answer was lost) goes from the
    /// oldest ones.
    /// </summary>
    public void Registered(SessionRegistration registration, RegisteredSession row)
    {
        lock (_gate)
        {
            _number = row.Number;
            _registered = registration.Details == _details && registration.Identity.CommonName == _identity.CommonName; // else it changed meanwhile, and is written again
            _coveredUntil = row.CoveredUntil;
            _received = Math.Max(_received, row.Received);
            _sent = Math.Max(_sent, row.Sent);
            long missingReceived = _bookedReceived - row.Received;
            long missingSent = _bookedSent - row.Sent;
            (_bookedReceived, _bookedSent) = (row.Received, row.Sent);
            Remove(-missingReceived, -missingSent);
            if (missingReceived > 0 || missingSent > 0)
            {
                DateTimeOffset to = _slices.Count > 0 ? _slices[0].From : _firstReport ?? firstSeen;
                (DateTimeOffset from, bool gap) = Beginning(to);
                _slices.Insert(0, new TrafficSlice(from, to, Math.Max(0, missingReceived), Math.Max(0, missingSent), gap));
            }
        }
    }

    /// <summary>What can be written now: finished minutes, or everything where no more is to come. Null when there is nothing.</summary>
    public AccountEntry? Collect(DateTimeOffset now, bool everything)
    {
        lock (_gate)
        {
            if (!_registered)
                return null;
            DateTimeOffset current = TrafficSlice.MinuteOf(now);
            bool all = everything || _end is not null;
            int count = all ? _slices.Count : _slices.FindIndex(slice => slice.Minute == current) is var open and >= 0 ? open : _slices.Count;
            DateTimeOffset lastReport = _lastReport ?? firstSeen;
            bool silent = _slices.Count == 0 && lastReport - _written >= s_longestSilence;
            if (count == 0 && _end is null && !silent)
                return null;
            _collected = count;
            TrafficSlice[] slices = [.. _slices.Take(count)];
            return new AccountEntry(this, _number, slices, _bookedReceived, _bookedSent,
                _bookedReceived + slices.Sum(slice => slice.Received), _bookedSent + slices.Sum(slice => slice.Sent),
                count == _slices.Count ? lastReport : slices.Length > 0 ? slices[^1].To : null, all ? _end : null);
        }
    }

    /// <summary>An entry is in the database. True when nothing is left to do for the session.</summary>
    public bool Written(AccountEntry entry)
    {
        lock (_gate)
        {
            _slices.RemoveRange(0, entry.Slices.Length);
            _collected = 0;
            (_bookedReceived, _bookedSent) = (entry.Received, entry.Sent);
            _written = entry.LastSeen ?? _written;
            if (entry.End is not null && _end is null)
                _registered = false; // found again meanwhile: the row says that it ended
            return _closed = entry.End is not null && _end is not null && _slices.Count == 0;
        }
    }

    /// <summary>Nobody knows what became of an entry: the row has to be asked.</summary>
    public void InDoubt()
    {
        lock (_gate)
        {
            _registered = false;
            _collected = 0;
        }
    }

    /// <summary>Halves the slices: memory stays bounded while the database is away, and what is lost is resolution.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            int kept = 0;
            for (int i = 0; i < _slices.Count; i += 2)
                _slices[kept++] = i + 1 < _slices.Count ? _slices[i].Merge(_slices[i + 1]) : _slices[i];
            _slices.RemoveRange(kept, _slices.Count - kept);
            _slices.TrimExcess();
        }
    }

    // A row may say more than the daemon does: of an old reading that is ahead for a moment, or of a counter that began anew while nobody
    // watched. From the latter on counting goes on, where it would stand still until the counter has caught up.
    private void KeepUp(long received, long sent)
    {
        bool isBehind = received + _offsetReceived < _received || sent + _offsetSent < _sent;
        _reportsBehind = isBehind && received >= _reportedReceived && sent >= _reportedSent ? _reportsBehind + 1 : 0;
        if (_reportsBehind <= PatienceBehind)
            return;
        (_offsetReceived, _offsetSent) = (Math.Max(_offsetReceived, _received - _reportedReceived), Math.Max(_offsetSent, _sent - _reportedSent));
        _reportsBehind = 0;
    }

    /// <summary>Takes bytes back from what is not on its way yet, the newest first.</summary>
    /// <returns>What is left to take back.</returns>
    private (long Received, long Sent) TakeBack(long received, long sent)
    {
        for (int i = _slices.Count - 1; i >= _collected; i--)
        {
            TrafficSlice slice = _slices[i];
            (long lessReceived, long lessSent) = (Math.Clamp(received, 0, Math.Max(0, slice.Received)), Math.Clamp(sent, 0, Math.Max(0, slice.Sent)));
            (received, sent) = (received - lessReceived, sent - lessSent);
            _slices[i] = slice with { Received = slice.Received - lessReceived, Sent = slice.Sent - lessSent };
            if (_slices[i] is { Received: 0, Sent: 0 })
                _slices.RemoveAt(i);
        }
        return (received, sent);
    }

    private void Add(TrafficSlice slice)
    {
        if (slice.Received == 0 && slice.Sent == 0)
            return;
        if (_slices.Count > _collected && _slices[^1].Minute == slice.Minute && _slices[^1].Gap == slice.Gap)
            _slices[^1] = _slices[^1].Merge(slice);
        else
            _slices.Add(slice);
    }

    /// <summary>Since when the bytes of the first report may have come, and whether nobody watched for some of that time.</summary>
    private (DateTimeOffset From, bool Gap) Beginning(DateTimeOffset to)
    {
        if (_coveredUntil is { } covered)
            return (Earlier(covered, to), covered < watch.LastBegan);
        bool metInMidLife = _identity.ConnectedSince < watch.LastBegan && firstSeen - watch.LastBegan < WatchLog.SettleTime;
        DateTimeOffset from = metInMidLife || _identity.ConnectedSince > watch.LastBegan ? _identity.ConnectedSince : watch.LastBegan;
        return (Earlier(from, to), metInMidLife);
    }

    private void Remove(long received, long sent)
    {
        for (int i = 0; i < _slices.Count && (received > 0 || sent > 0); i++)
        {
            long lessReceived = Math.Clamp(received, 0, Math.Max(0, _slices[i].Received));
            long lessSent = Math.Clamp(sent, 0, Math.Max(0, _slices[i].Sent));
            received -= lessReceived;
            sent -= lessSent;
            _slices[i] = _slices[i] with { Received = _slices[i].Received - lessReceived, Sent = _slices[i].Sent - lessSent };
        }
        _slices.RemoveAll(slice => slice.Received == 0 && slice.Sent == 0);
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
