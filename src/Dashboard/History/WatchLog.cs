namespace Dashboard.History;

/// <summary>When one server was watched. Not synchronised, except where it says so: the ledger sees to that.</summary>
internal sealed class WatchLog(string server)
{
    /// <summary>
    /// After this long the first list of sessions has come: a session met later began under our eyes, whatever the daemon's
    /// clock says, and one that has not been met is over.
    /// </summary>
    public static readonly TimeSpan SettleTime = TimeSpan.FromMinutes(1);

    /// <summary>A flapping line over a long outage of the database: beyond this many stretches, the oldest are given up.</summary>
    private const int MaxStretches = 4096;

    private readonly List<WatchStretch> _over = [];
    private long _lastBegan;
    private DateTimeOffset? _settled;

    public string Server => server;

    /// <summary>When the watch that is on began; null while nobody watches.</summary>
    public DateTimeOffset? Began { get; private set; }

    /// <summary>When the last watch began, on or over. May be read from any thread.</summary>
    public DateTimeOffset LastBegan => new(Volatile.Read(ref _lastBegan), TimeSpan.Zero);

    /// <summary>Whether the sessions that an earlier watch left can be looked through, which is once for each watch.</summary>
    public bool IsSettling(DateTimeOffset now) => Began is { } began && _settled != began && now - began >= SettleTime;

    public void Settled(DateTimeOffset began) => _settled = began;

    public void Begin(DateTimeOffset at)
    {
        if (Began is null)
        {
            Began = at;
            Volatile.Write(ref _lastBegan, at.UtcTicks);
        }
    }

    public void End(DateTimeOffset at)
    {
        if (Began is not { } began)
            return;
        Began = null;
        if (at <= began)
            return;
        if (_over.Count == MaxStretches)
            _over.RemoveAt(0);
        _over.Add(new WatchStretch(server, began, at));
    }

    /// <summary>What is to be written, up to an instant before which every row is.</summary>
    public IEnumerable<WatchStretch> Until(DateTimeOffset horizon)
    {
        IEnumerable<WatchStretch> all = Began is { } began ? _over.Append(new WatchStretch(server, began, horizon)) : _over;
        return all.Where(stretch => stretch.Began < horizon).Select(stretch => stretch.Until > horizon ? stretch with { Until = horizon } : stretch);
    }

    /// <summary>What was written and cannot grow any more need not be kept.</summary>
    public void Forget(DateTimeOffset horizon) => _over.RemoveAll(stretch => stretch.Until <= horizon);
}
