namespace Dashboard.Fleet;

/// <summary>Makes rates from cumulative counters: two readings make a rate, and silence makes it fall to zero.</summary>
internal struct RateMeter
{
    private TimeSpan? _at;
    private long _received;
    private long _sent;

    /// <summary>Bytes per second; null until two readings made a rate.</summary>
    public double? Received { get; private set; }
    public double? Sent { get; private set; }

    public readonly bool HasReading => _at is not null;

    /// <param name="usualInterval">
    /// How far apart readings are while traffic flows. OpenVPN to 2.6 is silent about an idle client, so what a reading
    /// brings after a long silence came just now, not evenly through the silence.
    /// </param>
    public void Read(long received, long sent, Moment at, TimeSpan usualInterval)
    {
        if (_at is { } before)
        {
            TimeSpan elapsed = at.Steady - before;
            if (elapsed < MinElapsed)
            {
                // Too close to divide by: the next reading takes this one's bytes along. Before the first rate nothing is
                // owed to the first reading: what lies in between waited somewhere together with it.
                if (Received is null)
                    (_received, _sent) = (received, sent);
                return;
            }
            double seconds = (elapsed > 2 * usualInterval ? usualInterval : elapsed).TotalSeconds;
            Received = Math.Max(0, received - _received) / seconds;
            Sent = Math.Max(0, sent - _sent) / seconds;
        }
        (_at, _received, _sent) = (at.Steady, received, sent);
    }

    /// <summary>A client that was not heard of for a while moves nothing.</summary>
    /// <returns>Whether the rate changed.</returns>
    public bool Expire(Moment now, TimeSpan usualInterval)
    {
        if (_at is not { } last || now.Steady - last <= 2.5 * usualInterval || Received is 0 && Sent is 0)
            return false;
        (Received, Sent) = (0, 0);
        return true;
    }

    private static TimeSpan MinElapsed => TimeSpan.FromMilliseconds(200);
}
