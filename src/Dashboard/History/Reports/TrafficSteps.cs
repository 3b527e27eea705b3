using System.Collections.Immutable;

namespace Dashboard.History.Reports;

/// <summary>Cuts a period into steps.</summary>
internal static class TrafficSteps
{
    public const int MaxPoints = 2000;

    /// <summary>What suits a period's length.</summary>
    public static TrafficStep Choose(TimeSpan length) => length switch
    {
        _ when length <= TimeSpan.FromHours(3) => TrafficStep.Minute,
        _ when length <= TimeSpan.FromHours(12) => TrafficStep.FiveMinutes,
        _ when length <= TimeSpan.FromDays(2) => TrafficStep.QuarterHour,
        _ when length <= TimeSpan.FromDays(14) => TrafficStep.Hour,
        _ when length <= TimeSpan.FromDays(750) => TrafficStep.Day,
        _ => TrafficStep.Month,
    };

    /// <summary>The beginnings of all steps that a period touches, and the end of the last.</summary>
    /// <exception cref="HistoryQueryException">There would be too many.</exception>
    public static ImmutableArray<DateTimeOffset> Cut(HistoryRange range, TrafficStep step, TimeZoneInfo zone)
    {
        ImmutableArray<DateTimeOffset>.Builder bounds = ImmutableArray.CreateBuilder<DateTimeOffset>();
        foreach (DateTimeOffset bound in step is TrafficStep.Day or TrafficStep.Month ? Days(range.From, step, zone) : Even(range.From, LengthOf(step)))
        {
            bounds.Add(bound);
            if (bound >= range.To)
                return bounds.ToImmutable();
            if (bounds.Count > MaxPoints)
                throw new HistoryQueryException($"Steps of this length would make more than {MaxPoints} points: take longer ones, or a shorter period.");
        }
        return bounds.ToImmutable();
    }

    public static TimeSpan LengthOf(TrafficStep step) => step switch
    {
        TrafficStep.Minute => TimeSpan.FromMinutes(1),
        TrafficStep.FiveMinutes => TimeSpan.FromMinutes(5),
        TrafficStep.QuarterHour => TimeSpan.FromMinutes(15),
        TrafficStep.Hour => TimeSpan.FromHours(1),
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Days and months differ in length."),
    };

    private static IEnumerable<DateTimeOffset> Even(DateTimeOffset from, TimeSpan length)
    {
        for (long ticks = from.UtcTicks - (from.UtcTicks % length.Ticks); ; ticks += length.Ticks)
            yield return new DateTimeOffset(ticks, TimeSpan.Zero);
    }

    private static IEnumerable<DateTimeOffset> Days(DateTimeOffset from, TrafficStep step, TimeZoneInfo zone)
    {
        DateOnly day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        if (step is TrafficStep.Month)
            day = new DateOnly(day.Year, day.Month, 1);
        for (; ; day = step is TrafficStep.Month ? day.AddMonths(1) : day.AddDays(1))
            yield return Midnight(day, zone);
    }

    /// <summary>When a day begins: where clocks are put forward at midnight, an hour later than its name says.</summary>
    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        DateTime local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        TimeSpan offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
