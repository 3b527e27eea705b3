namespace Dashboard.Fleet;

/// <summary>
/// What one session has moved, by readings that may be wrong. A reading that no line could carry, or that is lower than the one before it, changes
/// nothing until the next one tells which of the two was wrong: a wrong one costs itself, and what was counted by it is taken back; a counter
/// that began anew goes on from there. So a session never stands still for good, and never has bytes that nobody sent.
/// </summary>
internal struct SessionCounters
{
    /// <summary>Bytes per second, each way: 100 Gbit/s, some ten times what the fastest tunnel of OpenVPN's moves.</summary>
    public const long LineRate = 12_500_000_000;

    /// <summary>How late a reading may be read, beside the one that it is compared with.</summary>
    private static readonly TimeSpan s_lag = TimeSpan.FromSeconds(5);

    private Reading _sound; // what the last one is compared with; at first nothing, at the session's beginning
    private Reading _last;
    private Doubt _doubt;   // of the last one
    private int _good;      // how many stood up to their comparison, two at most

    private enum Doubt : byte
    {
        None,
        Fell,
        Leapt,
    }

    public readonly long Received => _last.TotalReceived;
    public readonly long Sent => _last.TotalSent;

    /// <summary>The counters as they were read last, believed or not.</summary>
    public readonly (long Received, long Sent) AsRead => (_last.Received, _last.Sent);

    /// <param name="age">How long the session has been there, as far as is known.</param>
    /// <returns>Whether it is believed. If not, the totals stay as they are.</returns>
    public bool Read(long received, long sent, Moment at, TimeSpan age)
    {
        if (_good == 0 && _doubt is Doubt.None)
            _sound = _last = new Reading(0, 0, 0, 0, new Moment(at.Wall, at.Steady - age));
        Reading next = new(received, sent, 0, 0, at);
        if (_doubt is not Doubt.None && next.Follows(_sound))
        {
            Take(next.After(_sound)); // the last one was wrong
        }
        else if (next.Follows(_last))
        {
            Reading before = _doubt switch
            {
                // Two that agree: the counter began anew; or there is nothing for the first one but itself.
                Doubt.Fell when _good > 1 && next.Follows(new Reading(0, 0, 0, 0, _sound.At)) => _last.On(_sound.TotalReceived + _last.Received, _sound.TotalSent + _last.Sent),
                Doubt.Fell when _good <= 1 => _last.On(_last.Received, _last.Sent),
                _ => _last,
            };
            _sound = before;
            Take(next.After(before));
        }
        else if (_doubt is Doubt.None && _good > 1 && next.Follows(_sound))
        {
            Take(next.After(_sound)); // the last one was too high
        }
        else
        {
            if (_doubt is Doubt.None)
                _sound = _last;
            _doubt = received < _sound.Received || sent < _sound.Sent ? Doubt.Fell : Doubt.Leapt;
            _last = next.On(_sound.TotalReceived, _sound.TotalSent);
            return false;
        }
        return true;
    }

    /// <summary>Something else shows that the last reading was wrong; takes back what it brought.</summary>
    public void Refute()
    {
        if (_doubt is not Doubt.None)
            return;
        _last = _last.On(_sound.TotalReceived, _sound.TotalSent);
        (_doubt, _good) = (Doubt.Leapt, Math.Max(0, _good - 1));
    }

    private void Take(Reading reading) => (_last, _doubt, _good) = (reading, Doubt.None, Math.Min(2, _good + 1));

    /// <param name="TotalReceived">What the session has moved up to it, which is more than the counter where that began anew.</param>
    private readonly record struct Reading(long Received, long Sent, long TotalReceived, long TotalSent, Moment At)
    {
        /// <summary>Whether a line could carry what lies between.</summary>
        public bool Follows(Reading before)
        {
            // The steady clock may stand still while a machine sleeps, and the wall clock is set.
            TimeSpan steady = At - before.At, wall = At.Wall - before.At.Wall;
            double most = ((steady > wall ? steady : wall) + s_lag).TotalSeconds * LineRate;
            return Received >= before.Received && Sent >= before.Sent && Received - before.Received <= most && Sent - before.Sent <= most;
        }

        public Reading On(long totalReceived, long totalSent) => this with { TotalReceived = totalReceived, TotalSent = totalSent };

        public Reading After(Reading before) => On(before.TotalReceived + (Received - before.Received), before.TotalSent + (Sent - before.Sent));
    }
}
