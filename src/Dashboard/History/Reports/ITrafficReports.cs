using System.Collections.Immutable;

using Dashboard.Access;

namespace Dashboard.History.Reports;

/// <summary>
/// How much was moved: pure reading, bounded in rows and time. Bytes received are from the clients, sent are to the clients.
/// Every method throws <see cref="HistoryUnavailableException"/> while the database cannot be read, and
/// <see cref="HistoryQueryException"/> for a question that makes no sense. A name that nobody has is an empty answer. Whoever asks
/// is told of the servers that they may see, and of nothing else: the first parameter of every method.
/// </summary>
internal interface ITrafficReports
{
    /// <summary>
    /// Bytes by steps of time, in order, steps without traffic included. The source is chosen to the step: raw minutes, five-minute
    /// sums, hours or days.
    /// </summary>
    Task<TrafficReport> TrafficAsync(ServerAccess access, TrafficQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// Who moved the most, most first. Over two hours and less to the minute; over longer periods whole hours, so that the
    /// answer's period may be a little longer than the question's.
    /// </summary>
    Task<TopReport> TopAsync(ServerAccess access, TopQuery query, CancellationToken cancellationToken = default);

    /// <summary>
    /// The most clients that were connected at the same time, for each hour (up to 14 days) or each of the viewer's days,
    /// in order. Steps of which nothing is known are left out.
    /// </summary>
    /// <param name="server">Null for all servers together; for a caller who sees some of them, the sum of each one's peak.</param>
    Task<ImmutableArray<ConcurrencyPoint>> ConcurrencyAsync(ServerAccess access, string? server, HistoryRange range, TimeZoneInfo zone, CancellationToken cancellationToken = default);

    /// <summary>
    /// The 95th percentile of throughput over five minutes, by server and calendar month (UTC), newest month first, then by
    /// server. Bytes that came while nobody watched count in the sums and not in the percentiles.
    /// </summary>
    /// <param name="server">Null for every server.</param>
    /// <param name="from">The first month: its first day.</param>
    /// <param name="to">The last month, included; at most 60 months.</param>
    Task<ImmutableArray<BillingMonth>> BillingAsync(ServerAccess access, string? server, DateOnly from, DateOnly to, CancellationToken cancellationToken = default);
}

/// <summary>What traffic to report on.</summary>
/// <param name="Server">Null for all servers.</param>
/// <param name="CommonName">Null for all clients.</param>
/// <param name="Zone">The viewer's: where days and months begin.</param>
/// <param name="Step">Null: chosen to the range. One that would make more than 2,000 points, or that is finer than what is kept, is a mistake of the caller's.</param>
internal sealed record TrafficQuery(HistoryRange Range, string? Server, string? CommonName, TimeZoneInfo Zone, TrafficStep? Step = null);

/// <summary>The lengths that a step of a report can have.</summary>
public enum TrafficStep
{
    /// <summary>Only for one server or one client, up to 24 hours.</summary>
    Minute,
    FiveMinutes,
    QuarterHour,
    Hour,

    /// <summary>The viewer's days; over more than 400 days of one client those of UTC, as older hours are not kept.</summary>
    Day,

    /// <summary>The viewer's months, or UTC's, as with days.</summary>
    Month,
}

/// <param name="Step">What was taken.</param>
/// <param name="Points">In order and without holes; the first begins at or before the period's beginning.</param>
/// <param name="Gaps">
/// When nobody watched: of one server every such time, of several the one before any of them was watched. What was moved meanwhile
/// counts in the step in which it was reported.
/// </param>
/// <param name="AsOf">Up to when what goes on is added up; null where the whole period is.</param>
internal sealed record TrafficReport(HistoryRange Range, TrafficStep Step, ImmutableArray<TrafficPoint> Points, ImmutableArray<TrafficGap> Gaps, DateTimeOffset? AsOf = null)
{
    public long ReceivedBytes => Points.Sum(point => point.ReceivedBytes);
    public long SentBytes => Points.Sum(point => point.SentBytes);
}

/// <param name="From">The step's beginning, UTC.</param>
/// <param name="To">Its end: days and months differ in length.</param>
internal readonly record struct TrafficPoint(DateTimeOffset From, DateTimeOffset To, long ReceivedBytes, long SentBytes)
{
    /// <summary>Bytes per second, averaged.</summary>
    public double ReceivedRate => ReceivedBytes / (To - From).TotalSeconds;
    public double SentRate => SentBytes / (To - From).TotalSeconds;
}

/// <summary>What a total is about.</summary>
internal enum TopSubject
{
    /// <summary>Each common name, over all its servers.</summary>
    Client,
    Server,
}

/// <param name="Server">Only traffic over this one; null for all.</param>
/// <param name="Limit">1 to 1,000.</param>
internal sealed record TopQuery(HistoryRange Range, TopSubject Subject, string? Server = null, int Limit = 20);

/// <param name="From">What was added up: the question's period, rounded out to what is kept.</param>
/// <param name="ReceivedBytes">Of everybody, not only of those in the list.</param>
/// <param name="AsOf">As in <see cref="TrafficReport"/>.</param>
internal sealed record TopReport(DateTimeOffset From, DateTimeOffset To, ImmutableArray<TopEntry> Entries, long ReceivedBytes, long SentBytes, DateTimeOffset? AsOf = null);

/// <param name="Name">The client's common name or the server's name. Hostile text.</param>
internal sealed record TopEntry(string Name, long ReceivedBytes, long SentBytes)
{
    public long TotalBytes => ReceivedBytes + SentBytes;
}

/// <param name="Peak">
/// The most sessions that were there at the same time; for a caller who is limited to some of the servers and asks for all of
/// them, each server's most within an hour added up, which may be more.
/// </param>
internal readonly record struct ConcurrencyPoint(DateTimeOffset From, DateTimeOffset To, int Peak);

/// <param name="Month">Its first day; UTC.</param>
/// <param name="Received95">Bytes per second: 95 of 100 five-minute averages of the month so far were not higher.</param>
/// <param name="Samples">How many five minutes were looked at: those that were watched whole. Without any the percentiles are 0 and mean nothing.</param>
/// <param name="AsOf">When it was worked out: a month that goes on is looked at every hour.</param>
internal sealed record BillingMonth(
    string Server, DateOnly Month, long ReceivedBytes, long SentBytes, double Received95, double Sent95, int PeakClients, int Samples, DateTimeOffset AsOf);
