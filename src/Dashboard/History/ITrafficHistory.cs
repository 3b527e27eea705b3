using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.History;

/// <summary>Throughput of one server over a period, from the database.</summary>
public interface ITrafficHistory
{
    /// <summary>Points in time order, bytes per second averaged over each step; a step nobody watched is RatePoint.Unknown. Throws HistoryUnavailableException when the database cannot be reached.</summary>
    Task<TrafficSeries> GetServerTrafficAsync(string server, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken = default);
}

public sealed record TrafficSeries(ImmutableArray<RatePoint> Points, ImmutableArray<TrafficGap> Gaps);  // gaps: nobody watched; bytes were counted later

public readonly record struct TrafficGap(DateTimeOffset From, DateTimeOffset To);

public sealed class HistoryUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
