using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.Fleet;

/// <summary>One client's session as its server's loop knows it. Mutable, and touched by that loop only.</summary>
internal sealed class TrackedSession(SessionIdentity identity)
{
    private static readonly TimeSpan s_trailStep = TimeSpan.FromSeconds(30);

    private const int TrailPoints = 30;

    // Only the picture itself, made anew twice a minute: a queue beside it would be the largest part of a session.
    private ImmutableArray<RatePoint> _trail = [];
    private TimeSpan? _lastTrailPoint;
    private RateMeter _byteCounts;
    private RateMeter _statusReplies;
    private ClientSnapshot? _picture;

    /// <summary>With the name that the daemon calls it by now, and the address under which it became known.</summary>
    public SessionIdentity Identity { get; private set; } = identity;

    public SessionDetails Details { get; private set; } = new(null, null, null, null, null);

    public ClientNames Names => new(Identity.CommonName, Details.Username, Details.CertificateName);

    public string RealAddress { get; private set; } = identity.RealAddress;
    public long Received { get; private set; }
    public long Sent { get; private set; }

    /// <summary>When the counters were last read.</summary>
    public DateTimeOffset AsOf { get; private set; }

    public RateSource RateSource => _byteCounts.HasReading ? RateSource.ByteCount : _statusReplies.HasReading ? RateSource.Status : RateSource.None;
    public double? ReceivedRate => RateSource is RateSource.ByteCount ? _byteCounts.Received : _statusReplies.Received;
    public double? SentRate => RateSource is RateSource.ByteCount ? _byteCounts.Sent : _statusReplies.Sent;

    /// <summary>Returns whether the counters moved or stood still; false where the reading is older than what is known.</summary>
    public bool ReadByteCount(long received, long sent, Moment at, TimeSpan interval)
    {
        if (!Count(received, sent, at))
            return false;
        _byteCounts.Read(received, sent, at, interval);
        return true;
    }

    public bool ReadStatus(long received, long sent, Moment at, TimeSpan interval)
    {
        if (!Count(received, sent, at))
            return false;
        _statusReplies.Read(received, sent, at, interval);
        return true;
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

    // Counters only grow within a session; a smaller one is a report that was overtaken on its way.
    private bool Count(long received, long sent, Moment at)
    {
        if (received < Received || sent < Sent)
            return false;
        (Received, Sent, AsOf, _picture) = (received, sent, at.Wall, null);
        return true;
    }
}
