namespace Dashboard.Fleet;

/// <summary>Whether a server's management slot is ours to keep, or given up for a while: operators change it, the server's loop obeys.</summary>
#pragma warning disable CA1001 // its token sources have neither timer nor parent: there is nothing to dispose of
internal sealed class SlotKeeper(TimeProvider time)
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _changed = new();
    private SlotRelease? _release;

    /// <summary>The release that is under way, if any; and a token that is cancelled as soon as that is different on somebody's demand.</summary>
    public (SlotRelease? Release, CancellationToken Changed) Now
    {
        get
        {
            lock (_gate)
            {
                if (_release?.IsOver(Moment.Now(time)) is true)
                    _release = null;
                return (_release, _changed.Token);
            }
        }
    }

    /// <summary>Gives the slot up from now on; a release that is under way is replaced.</summary>
    /// <returns>Until when.</returns>
    public DateTimeOffset Release(TimeSpan length)
    {
        Moment now = Moment.Now(time);
        SlotRelease release = new(now.Wall + length, now.Steady + length);
        Change(release);
        return release.Until;
    }

    /// <returns>False where it was not released.</returns>
    public bool TakeBack()
    {
        if (Now.Release is null)
            return false;
        Change(release: null);
        return true;
    }

    private void Change(SlotRelease? release)
    {
        CancellationTokenSource before;
        lock (_gate)
        {
            _release = release;
            before = _changed;
            _changed = new CancellationTokenSource();
        }
        _ = before.CancelAsync(); // the server's loop goes on by itself, not within our caller
    }
}
