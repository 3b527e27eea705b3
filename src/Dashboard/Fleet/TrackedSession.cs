using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.Fleet;

/// <summary>One client's session as its server's loop knows it. Mutable, and touched by that loop only.</summary>
internal sealed class TrackedSession(SessionIdentity identity)
{
    private static readonly TimeSpan s_trailStep = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan s_leastAge = TimeSpan.FromDays(1);

    private const int TrailPoints = 30;

    // Only the picture itself, made anew twice a minute: a queue beside it would be the largest part of a session.
    private ImmutableArray<RatePoint> _trail = [];
    private TimeSpan? _lastTrailPoint;
    private RateMeter _byteCounts;
    private RateMeter _statusReplies;
    private SessionCounters _counters;
    private ClientSnapshot? _picture;

    /// <summary>With the name that the daemon calls it by now, and the address under which it became known.</summary>
    public SessionIdentity Identity { get; private set; } = identity;

    public SessionDetails Details { get; private set; } = new(null, null, null, null, null);

    public ClientNames Names => new(Identity.CommonName, Details.Username, Details.CertificateName);

    public string RealAddress { get; private set; } = identity.RealAddress;
    public long Received => _counters.Received;
    public long Sent => _counters.Sent;

    /// <summary>The counters as they were read last, believed or not.</summary>
    public (long Received, long Sent) AsRead => _counters.AsRead;

    /// <summary>When the counters were last read.</summary>
    public DateTimeOffset AsOf { get; private set; }

    public RateSource RateSource => _byteCounts.HasReading ? RateSource.ByteCount : _statusReplies.HasReading ? RateSource.Status : RateSource.None;
    public double? ReceivedRate => RateSource is RateSource.ByteCount ? _byteCounts.Received : _statusReplies.Received;
    public double? SentRate => RateSource is RateSource.ByteCount ? _byteCounts.Sent : _statusReplies.Sent;

    /// <returns>Whether the reading is believed; see <see cref="SessionCounters"/>.</returns>
    public bool ReadByteCount(ulong received, ulong sent, Moment at, TimeSpan interval)
    {
        if (!Count(received, sent, at, at.Wall))
            return false;
        _byteCounts.Read(Received, Sent, at, interval);
        return true;
    }

    /// <param name="daemonTime">The clock that the session's beginning was read from.</param>
    /// <returns>Whether the reading is believed.</returns>
    public bool ReadStatus(ulong received, ulong sent, Moment at, DateTimeOffset daemonTime, TimeSpan interval)
    {
        if (!Count(received, sent, at, daemonTime))
            return false;
        _statusReplies.Read(Received, Sent, at, interval);
        return true;
    }

    /// <summary>The totals of the server show that the last reading was wrong.</summary>
    public void Refute()
    {
        _counters.Refute();
        RestartRates();
    }

    /// <summary>Nobody read for a while: what the next reading brings came at a time that is not known, so it is a new beginning.</summary>
    public void RestartRates() => (_byteCounts, _statusReplies, _picture) = (default, default, null);

    /// <summary>Takes what a newer report knows; what it leaves out stays.</summary>
    /// <returns>Whether anything is new.</returns>
    public bool Learn(SessionDetails news, string realAddress)
    {
        SessionDetails merged = new(
            news.Username ?? Details.Username,
            news.VirtualAddress ?? Details.VirtualAddress,
            news.VirtualAddress6 ?? Details.VirtualAddress6,
            news.Platform ?? Details.Platform,
            news.Cipher ?? Details.Cipher) { CertificateName = news.CertificateName ?? Details.CertificateName };
        if (merged == Details && realAddress == RealAddress)
            return false;
        (Details, RealAddress, _picture) = (merged, realAddress, null);
        return true;
    }

    /// <summary>The daemon calls it by another name from now on.</summary>
    /// <returns>Whether the name is new.</returns>
    public bool Rename(string commonName)
    {
        if (commonName == Identity.CommonName)
            return false;
        (Identity, _picture) = (Identity with { CommonName = commonName }, null);
        return true;
    }

    /// <summary>Lets rates of silent clients fall, and extends the trail when its time has come.</summary>
    public void Tick(Moment now, TimeSpan byteCountInterval, TimeSpan statusInterval)
    {
        bool expired = _byteCounts.HasReading ? _byteCounts.Expire(now, byteCountInterval) : _statusReplies.Expire(now, statusInterval);
        if (expired)
            _picture = null;
        if (_lastTrailPoint is { } last && now.Steady - last < s_trailStep)
            return;
        _lastTrailPoint = now.Steady;
        if (ReceivedRate is { } received && SentRate is { } sent)
            _trail = [.. _trail.AsSpan()[Math.Max(0, _trail.Length + 1 - TrailPoints)..], new RatePoint(now.Wall, (float)received, (float)sent)];
        _picture = null;
    }

    public ClientSnapshot Picture => _picture ??= new ClientSnapshot(Identity)
    {
        RealAddress = RealAddress,
        Username = Details.Username,
        CertificateName = Details.CertificateName,
        VirtualAddress = Details.VirtualAddress,
        VirtualAddress6 = Details.VirtualAddress6,
        Platform = Details.Platform,
        Cipher = Details.Cipher,
        ReceivedBytes = Received,
        SentBytes = Sent,
        ReceivedRate = ReceivedRate,
        SentRate = SentRate,
        RateSource = RateSource,
        AsOf = AsOf,
        Trail = _trail,
    };

    private bool Count(ulong received, ulong sent, Moment at, DateTimeOffset daemonTime)
    {
        // Clocks are set: a session that seems to be of today may be older.
        TimeSpan age = daemonTime - Identity.ConnectedSince;
        if (received > long.MaxValue || sent > long.MaxValue || !_counters.Read((long)received, (long)sent, at, age > s_leastAge ? age : s_leastAge))
            return false;
        (AsOf, _picture) = (at.Wall, null);
        return true;
    }
}
