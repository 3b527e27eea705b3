using Dashboard.Live;

namespace Dashboard.History.Transfer;

/// <summary>What one session moved in one minute, as it is stored. A minute may have more than one of these; they add up.</summary>
/// <param name="GapFrom">Set where nobody watched: the bytes came at unknown moments between this one and the minute.</param>
internal readonly record struct TrafficMinute(
    DateTimeOffset Minute, SessionId Session, string Server, string CommonName, long ReceivedBytes, long SentBytes, int CoversSeconds, DateTimeOffset? GapFrom);
