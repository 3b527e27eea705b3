using System.Collections.Immutable;

using Dashboard.History.Upkeep;

namespace Dashboard.History.Reports;

/// <summary>Rows of one grain over a time, to be added, or taken off where coarser rows hold more than was asked for.</summary>
/// <param name="Grain">Null for raw minutes.</param>
internal readonly record struct TrafficPart(RollUpGrain? Grain, DateTimeOffset From, DateTimeOffset To, bool IsTakenOff = false);

/// <summary>
/// A period taken apart for adding up from few rows: whole months, with days and hours at the ends. Of a month or a day that the
/// period cuts, the smaller side is read: added where that is inside, else taken off the whole.
/// </summary>
/// <param name="From">What the parts add up to: the period, rounded out to what is kept.</param>
/// <param name="To">Of a period that reaches to now: all that there is.</param>
internal sealed record TrafficParts(DateTimeOffset From, DateTimeOffset To, ImmutableArray<TrafficPart> Parts)
{
    /// <summary>So short a period is read by the minute.</summary>
    private static readonly TimeSpan s_byTheMinute = TimeSpan.FromHours(2);

    /// <param name="hoursSince">From when on hours are kept; before that, a day that the period touches counts whole.</param>
    /// <param name="daysSince">From when on days are kept. Nothing is taken off what is older: it may have gone.</param>
    public static TrafficParts Split(HistoryRange range, DateTimeOffset now, DateTimeOffset minutesSince, DateTimeOffset hoursSince, DateTimeOffset daysSince)
    {
        if (range.Length <= s_byTheMinute && range.From >= minutesSince)
        {
            (DateTimeOffset first, DateTimeOffset last) = (Floor(range.From, TimeSpan.FromMinutes(1)), Ceiling(range.To, TimeSpan.FromMinutes(1)));
            return new TrafficParts(first, last, [new TrafficPart(null, first, last)]);
        }

        DateTimeOffset from = Floor(range.From, range.From < hoursSince ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1));
        DateTimeOffset to = Ceiling(range.To, range.To < hoursSince ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1));
        ImmutableArray<TrafficPart>.Builder parts = ImmutableArray.CreateBuilder<TrafficPart>();
        Cover(new TrafficPart(RollUpGrain.Month, from, to), now, daysSince, parts);
        return new TrafficParts(from, to, parts.ToImmutable());
    }

    private static void Cover(TrafficPart part, DateTimeOffset now, DateTimeOffset daysSince, ImmutableArray<TrafficPart>.Builder parts)
    {
        (RollUpGrain? grain, DateTimeOffset from, DateTimeOffset to, _) = part;
        if (from >= to)
            return;
        if (grain is not (RollUpGrain.Month or RollUpGrain.Day))
        {
            parts.Add(part);
            return;
        }

        RollUpPeriod first = RollUpPeriod.Of(grain.Value, from);
        RollUpPeriod last = RollUpPeriod.Of(grain.Value, to - TimeSpan.FromTicks(1));
        bool isOpen = last.To > now && to >= now; // nothing is there yet that would have to be taken off
        DateTimeOffset begin = from == first.From || (from - first.From <= first.To - from && first.From >= daysSince) ? first.From : first.To;
        DateTimeOffset end = isOpen || last.To == to || (last.To <= now && last.To - to <= to - last.From && last.From >= daysSince) ? last.To : last.From;
        TimeSpan atTheEnds = (begin - from).Duration() + (isOpen ? TimeSpan.Zero : (end - to).Duration());
        if (begin >= end || atTheEnds >= to - from)
        {
            Cover(part with { Grain = grain - 1 }, now, daysSince, parts);
            return;
        }

        AddEnd(from, begin, isMissing: from < begin);
        parts.Add(part with { From = begin, To = end });
        if (!isOpen)
            AddEnd(end, to, isMissing: end < to);

        void AddEnd(DateTimeOffset one, DateTimeOffset other, bool isMissing) => Cover(
            new TrafficPart(grain - 1, one < other ? one : other, one < other ? other : one, part.IsTakenOff == isMissing), now, daysSince, parts);
    }

    private static DateTimeOffset Floor(DateTimeOffset instant, TimeSpan length) => new(instant.UtcTicks - (instant.UtcTicks % length.Ticks), TimeSpan.Zero);

    private static DateTimeOffset Ceiling(DateTimeOffset instant, TimeSpan length) => Floor(instant + length - TimeSpan.FromTicks(1), length);
}
