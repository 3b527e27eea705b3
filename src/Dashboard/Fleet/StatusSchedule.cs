using Mgmt.Core.Commands;

namespace Dashboard.Fleet;

/// <summary>
/// When to ask the daemon for its list of clients: soon when something changed, at the configured interval otherwise, and
/// never more often than once a second. In between <c>load-stats</c>, which leaves no line in the daemon's log, tells how
/// many clients there are. Decides only; asks nobody.
/// </summary>
internal sealed class StatusSchedule(TimeSpan statusInterval, TimeSpan loadInterval)
{
    /// <summary>While there is nobody and not a byte moves, only every so many lists is asked for.</summary>
    private const int QuietLists = 6;

    /// <summary>A list of clients is asked for at most this often, however much happens.</summary>
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(1);

    /// <summary>How long a removed client may stay on the list: the daemon drops it after five seconds at the latest.</summary>
    private static readonly TimeSpan s_closeLook = TimeSpan.FromSeconds(7);

    private Moment? _lastAsked;
    private Moment? _killedAt;
    private Moment? _lastLoadAsked;
    private LoadStats? _load;
    private bool _listIsEmpty;
    private bool _isQuiet;
    private bool _wanted;

    // A reason that a list does not remove (a client whose row nobody can read) must not make us ask every second for ever.
    private TimeSpan _wantedAfter = s_atMost;
    private bool _askedBecauseWanted;

    /// <summary>Something happened that only a list can tell.</summary>
    public void Want() => _wanted = true;

    /// <summary>A client was removed: its row goes within seconds, and somebody is watching for it.</summary>
    public void LookClosely(Moment now) => _killedAt = now;

    public bool IsDue(Moment now)
    {
        if (_lastAsked is not { } last)
            return true;
        TimeSpan age = now - last;
        return age >= (_isQuiet ? QuietLists * statusInterval : statusInterval)
            || _wanted && age >= _wantedAfter
            || _killedAt is { } killed && now - killed < s_closeLook && age >= s_atMost;
    }

    /// <summary>How often something is asked that the daemon must answer.</summary>
    public TimeSpan LoadInterval { get; } = loadInterval < statusInterval ? loadInterval : statusInterval;

    public bool IsLoadDue(Moment now) => _lastLoadAsked is not { } last || now - last >= LoadInterval;

    public void LoadAsked(Moment now) => _lastLoadAsked = now;

    /// <summary>Takes the totals: another number of clients means that a list is wanted.</summary>
    /// <returns>Whether they show that the last list, an empty one, is still true.</returns>
    public bool Take(LoadStats load)
    {
        bool nothingMoved = _load == load && load.Clients == 0 && _listIsEmpty && !_wanted;
        if (_load is { } before && before.Clients != load.Clients)
            Want();
        _load = load;
        return _isQuiet = nothingMoved;
    }

    public void Asked(Moment now) => (_lastAsked, _askedBecauseWanted, _wanted) = (now, _wanted, false);

    /// <param name="changed">Whether the list told anything new about who is there.</param>
    /// <param name="isEmpty">Whether nobody is there.</param>
    public void Answered(bool changed, bool isEmpty)
    {
        _listIsEmpty = isEmpty;
        if (_askedBecauseWanted && !changed)
            WaitLonger();
        else
            _wantedAfter = s_atMost;
    }

    /// <summary>OpenVPN refuses while it restarts: again after <c>CONNECTED</c>.</summary>
    public void Refused()
    {
        _wanted = true;
        WaitLonger();
    }

    private void WaitLonger() => _wantedAfter = 2 * _wantedAfter < statusInterval ? 2 * _wantedAfter : statusInterval;
}
