using System.Collections.Immutable;

using Dashboard.History.Upkeep;

namespace Dashboard.History.Reports;

/// <summary>
/// Takes a period apart for adding up: whole months in its middle, days beside them, hours at its ends. Each part is read
/// from the coarsest rows that hold it exactly.
/// </summary>
/// <param name="Grain">Null for raw minutes.</param>
internal readonly record struct TrafficPart(RollUpGrain? Grain, DateTimeOffset From, DateTimeOffset To);

internal static class TrafficParts
{
    /// <summary>So short a period is read by the minute.</summary>
    private static readonly TimeSpan s_byTheMinute = TimeSpan.FromHours(2);

    /// <param name="hoursSince">From when on hours are kept; before that, a day that the period touches counts whole.</param>
    /// <returns>In order and without holes.</returns>
    public static ImmutableArray<TrafficPart> Split(HistoryRange range, DateTimeOffset now, DateTimeOffset minutesSince, DateTimeOffset hoursSince)
    {
        if (range.Length <= s_byTheMinute && range.From >= minutesSince)
            return [new TrafficPart(null, Floor(range.From, TimeSpan.FromMinutes(1)), Ceiling(range.To, TimeSpan.FromMinutes(1)))];

        // What goes on is summed up every few minutes only by the hour.
        DateTimeOffset today = Floor(now, TimeSpan.FromDays(1));
        DateTimeOffset month = new(now.UtcDateTime.Year, now.UtcDateTime.Month, 1, 0, 0, 0, TimeSpan.Zero);
        DateTimeOffset from = range.From < hoursSince ? Floor(range.From, TimeSpan.FromDays(1)) : Floor(range.From, TimeSpan.FromHours(1));
        DateTimeOffset to = range.To < hoursSince ? Ceiling(range.To, TimeSpan.FromDays(1)) : Ceiling(range.To, TimeSpan.FromHours(1));

        DateTimeOffset days = Earlier(Ceiling(from, TimeSpan.FromDays(1)), to);
        DateTimeOffset daysEnd = Later(Earlier(Floor(to, TimeSpan.FromDays(1)), today), days);
        DateTimeOffset months = Earlier(NextMonth(days), daysEnd);
        DateTimeOffset monthsEnd = Later(Earlier(Month(daysEnd), month), months);
        TrafficPart[] parts =
        [
            new(RollUpGrain.Hour, from, days),
            new(RollUpGrain.Day, days, months),
            new(RollUpGrain.Month, months, monthsEnd),
            new(RollUpGrain.Day, monthsEnd, daysEnd),
            new(RollUpGrain.Hour, daysEnd, to),
        ];
        return [.. parts.Where(part => part.From < part.To)];
    }

    private static DateTimeOffset Floor(DateTimeOffset instant, TimeSpan length) => new(instant.UtcTicks - (instant.UtcTicks % length.Ticks), TimeSpan.Zero);

    private static DateTimeOffset Ceiling(DateTimeOffset instant, TimeSpan length) => Floor(instant + length - TimeSpan.FromTicks(1), length);

    private static DateTimeOffset Month(DateTimeOffset instant) => RollUpPeriod.Of(RollUpGrain.Month, instant).From;

    private static DateTimeOffset NextMonth(DateTimeOffset instant) => Month(instant) == instant ? instant : Month(instant).AddMonths(1);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
