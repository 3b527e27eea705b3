using Dashboard.History;
using Dashboard.History.Reports;

namespace Dashboard.Api;

/// <summary>A page of an answer: <paramref name="Next"/> goes into the next question as <c>cursor</c>; null after the last.</summary>
internal sealed record PageResource<T>(IEnumerable<T> Items, string? Next);

/// <param name="AsOf">Up to when what goes on is added up; null where the whole period is.</param>
internal sealed record TrafficResource(
    DateTimeOffset From, DateTimeOffset To, TrafficStep Step, DateTimeOffset? AsOf, long ReceivedBytes, long SentBytes,
    IEnumerable<TrafficPointResource> Points, IEnumerable<TrafficGap> Gaps)
{
    public static TrafficResource Of(TrafficReport report) => new(
        report.Range.From, report.Range.To, report.Step, report.AsOf, report.ReceivedBytes, report.SentBytes,
        report.Points.Select(point => new TrafficPointResource(point.From, point.To, point.ReceivedBytes, point.SentBytes)), report.Gaps);
}

internal readonly record struct TrafficPointResource(DateTimeOffset From, DateTimeOffset To, long ReceivedBytes, long SentBytes);

/// <param name="From">What was added up: the question's period, rounded out to what is kept.</param>
/// <param name="AsOf">As in <see cref="TrafficResource"/>.</param>
internal sealed record TopResource(DateTimeOffset From, DateTimeOffset To, DateTimeOffset? AsOf, long ReceivedBytes, long SentBytes, IEnumerable<TopEntryResource> Entries)
{
    public static TopResource Of(TopReport report) => new(
        report.From, report.To, report.AsOf, report.ReceivedBytes, report.SentBytes,
        report.Entries.Select(entry => new TopEntryResource(entry.Name, entry.ReceivedBytes, entry.SentBytes)));
}

internal sealed record TopEntryResource(string Name, long ReceivedBytes, long SentBytes);

internal sealed record SessionResource(
    string Session,
    string Server,
    string CommonName,
    string? Username,
    long Cid,
    string RealAddress,
    IEnumerable<string> Addresses,
    string? VirtualAddress,
    string? VirtualAddress6,
    string? Platform,
    string? Cipher,
    DateTimeOffset ConnectedSince,
    DateTimeOffset LastSeen,
    DateTimeOffset? EndedNotBefore,
    DateTimeOffset? EndedNotAfter,
    string? EndReason,
    long ReceivedBytes,
    long SentBytes)
{
    public static SessionResource Of(SessionRecord session) => new(
        session.Session.ToString(),
        session.Server,
        session.CommonName,
        session.Username,
        session.Cid,
        session.RealAddress,
        session.Addresses,
        session.VirtualAddress,
        session.VirtualAddress6,
        session.Platform,
        session.Cipher,
        session.ConnectedSince,
        session.LastSeen,
        session.EndedNotBefore,
        session.EndedNotAfter,
        session.EndReason,
        session.ReceivedBytes,
        session.SentBytes);
}

internal sealed record SharedNameResource(string CommonName, DateTimeOffset From, DateTimeOffset To, bool IsTakeover, SessionResource Older, SessionResource Newer)
{
    public static SharedNameResource Of(SharedName pair) => new(
        pair.CommonName, pair.From, pair.To, pair.IsTakeover, SessionResource.Of(pair.Older), SessionResource.Of(pair.Newer));
}
