namespace Dashboard.Fleet;

/// <summary>
/// Whether an open session still tells the truth. Something is asked every few seconds, so a daemon that says nothing for
/// several times as long is stuck, and what is shown of it is old.
/// </summary>
/// <param name="askInterval">How often the daemon is asked something that it must answer.</param>
/// <param name="statusInterval">How often it is asked for its list of clients.</param>
/// <param name="begin">When the session was opened.</param>
internal sealed class Freshness(TimeSpan askInterval, TimeSpan statusInterval, Moment begin)
{
    /// <summary>So many intervals may be missed.</summary>
    private const int Patience = 3;

    private static readonly TimeSpan s_atLeast = TimeSpan.FromSeconds(6);

    private Moment _heard = begin;
    private Moment _listed = begin;

    /// <summary>The daemon said or answered something.</summary>
    public void Heard(Moment now) => _heard = now;

    /// <summary>The list of clients is as of now.</summary>
    public void Listed(Moment now) => _listed = now;

    /// <summary>Why what is shown is old; null while it is not.</summary>
    /// <param name="isUp">Whether the daemon has a list of clients to give.</param>
    public ServerTrouble? Trouble(Moment now, bool isUp)
    {
        if (!isUp)
            _listed = now; // there is none to be late
        if (now - _heard > Limit(askInterval))
            return ServerTrouble.Silent;
        return now - _listed > Limit(statusInterval) ? ServerTrouble.NoList : null;
    }

    private static TimeSpan Limit(TimeSpan interval) => Patience * interval > s_atLeast ? Patience * interval : s_atLeast;
}
