using System.Collections.Immutable;

using Dashboard.Live;

namespace Dashboard.History;

/// <summary>Bytes and watched time, sorted into the steps of a chart.</summary>
internal sealed class TrafficBuckets(DateTimeOffset from, TimeSpan step, int count)
{
    private readonly double[] _received = new double[count];
    private readonly double[] _sent = new double[count];
    private readonly double[] _watchedSeconds = new double[count];
    private readonly List<(DateTimeOffset Began, DateTimeOffset Until)> _watched = [];

    public DateTimeOffset From => from;
    public TimeSpan Step => step;
    /// <summary>A step of which less was watched makes no rate: a second's burst would stand for a whole minute.</summary>
    private double LeastWatched => Math.Min(15, step.TotalSeconds / 4);

    private DateTimeOffset To => from + (step * count);

    public void Add(int bucket, double received, double sent)
    {
        _received[bucket] += received;
        _sent[bucket] += sent;
    }

    /// <summary>Bytes that came at an even pace, as far as is known; the part outside of the chart is left out.</summary>
    public void Spread(DateTimeOffset began, DateTimeOffset end, double received, double sent)
    {
        foreach ((int bucket, double seconds) in Parts(began, end))
        {
            double share = seconds / (end - began).TotalSeconds;
            Add(bucket, received * share, sent * share);
        }
    }

    /// <summary>A time in which somebody watched; in order, and they do not overlap.</summary>
    public void Watched(DateTimeOffset began, DateTimeOffset until)
    {
        _watched.Add((began, until));
        foreach ((int bucket, double seconds) in Parts(began, until))
            _watchedSeconds[bucket] += seconds;
    }

    public ImmutableArray<RatePoint> Points() =>
        [.. Enumerable.Range(0, count).Select(i => _watchedSeconds[i] >= LeastWatched
            ? new RatePoint(from + (step * i), (float)(Math.Max(0, _received[i]) / _watchedSeconds[i]), (float)(Math.Max(0, _sent[i]) / _watchedSeconds[i]))
            : RatePoint.Unknown(from + (step * i)))];

    /// <summary>
    /// When nobody watched although somebody had before: between two watches, and after the last one unless it is merely
    /// not written yet.
    /// </summary>
    /// <param name="end">The end of the chart, or now where that is earlier.</param>
    public ImmutableArray<TrafficGap> Gaps(DateTimeOffset end, TimeSpan writeLag)
    {
        ImmutableArray<TrafficGap>.Builder gaps = ImmutableArray.CreateBuilder<TrafficGap>();
        for (int i = 0; i < _watched.Count; i++)
        {
            bool last = i == _watched.Count - 1;
            DateTimeOffset gapFrom = _watched[i].Until > from ? _watched[i].Until : from;
            DateTimeOffset gapTo = last ? end : _watched[i + 1].Began;
            if (gapTo > gapFrom && (!last || end - _watched[i].Until > writeLag))
                gaps.Add(new TrafficGap(gapFrom, gapTo < To ? gapTo : To));
        }
        return gaps.ToImmutable();
    }

    /// <summary>The seconds of each bucket that lie between two instants.</summary>
    private IEnumerable<(int Bucket, double Seconds)> Parts(DateTimeOffset began, DateTimeOffset until)
    {
        if (began < from)
            began = from;
        if (until > To)
            until = To;
        for (int i = (int)((began - from) / step); i < count && from + (step * i) < until; i++)
        {
            DateTimeOffset start = from + (step * i);
            DateTimeOffset end = start + step;
            yield return (i, ((until < end ? until : end) - (began > start ? began : start)).TotalSeconds);
        }
    }
}
