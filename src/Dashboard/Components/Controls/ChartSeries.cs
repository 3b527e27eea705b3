using System.Collections.Immutable;

using Dashboard.History;
using Dashboard.Live;

namespace Dashboard.Components.Controls;

/// <summary>What a chart draws: points in time order over a window, and the periods in which nobody watched.</summary>
/// <param name="Key">Names what is drawn. Under the same key new points are added to those drawn; another key starts afresh.</param>
public sealed record ChartSeries(string Key, DateTimeOffset From, DateTimeOffset To, ImmutableArray<RatePoint> Points, ImmutableArray<TrafficGap> Gaps)
{
    /// <summary>The end of what was seen as it happened, up to its last point; runs of unknown points are gaps.</summary>
    public static ChartSeries Live(ServerSnapshot server, TimeSpan length)
    {
        DateTimeOffset to = server.Throughput is [.., var last] ? last.At : server.AsOf;
        ImmutableArray<RatePoint> points = [.. server.Throughput.SkipWhile(point => point.At < to - length)];
        return new ChartSeries($"{server.Name}\u001flive", to - length, to, points, FindGaps(points));
    }

    /// <summary>Runs of unknown points, each from the last known point before to the first known one after.</summary>
    internal static ImmutableArray<TrafficGap> FindGaps(ImmutableArray<RatePoint> points)
    {
        ImmutableArray<TrafficGap>.Builder gaps = ImmutableArray.CreateBuilder<TrafficGap>();
        int lastKnown = -1;
        for (int i = 0; i < points.Length; i++)
        {
            if (!points[i].IsKnown)
                continue;
            if (lastKnown >= 0 && lastKnown < i - 1)
                gaps.Add(new TrafficGap(points[lastKnown].At, points[i].At));
            lastKnown = i;
        }
        return gaps.ToImmutable();
    }
}
