using System.Collections.Immutable;
using System.Globalization;

using Dashboard.History.Reports;

namespace Dashboard.Components.Controls;

/// <summary>
/// How much of each hour of the day somebody was connected, day by day, or by the day of the week where there are many days: what a
/// <see cref="PresenceChart"/> draws. Compared by reference: a new answer is a new drawing.
/// </summary>
public sealed class Presence
{
    public const int HoursOfADay = 24;

    /// <summary>More days than these are added up by the day of the week.</summary>
    private const int MostDays = 31;

    private Presence(ImmutableArray<PresenceRow> rows, bool isByWeekday) => (Rows, IsByWeekday) = (rows, isByWeekday);

    /// <summary>The oldest day first, or Monday.</summary>
    public ImmutableArray<PresenceRow> Rows { get; }

    public bool IsByWeekday { get; }

    /// <param name="from">Before it, nothing is known.</param>
    /// <param name="to">Up to when; not later than now.</param>
    /// <param name="zone">Whose hours are meant.</param>
    internal static Presence Of(IEnumerable<SessionRecord> sessions, DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        Dictionary<(DateOnly Day, int Hour), (double Present, double Known)> hours = [];
        foreach ((DateOnly day, int hour, double minutes) in ByHour(from, to, zone))
            hours[(day, hour)] = (0, hours.GetValueOrDefault((day, hour)).Known + minutes); // an hour that the clock repeats counts twice
        foreach ((DateTimeOffset begin, DateTimeOffset end) in Union(sessions, from, to))
        {
            foreach ((DateOnly day, int hour, double minutes) in ByHour(begin, end, zone))
            {
                (double present, double known) = hours.GetValueOrDefault((day, hour));
                hours[(day, hour)] = (present + minutes, known);
            }
        }
        DateOnly[] days = [.. hours.Keys.Select(key => key.Day).Distinct().Order()];
        return days.Length <= MostDays
            ? new Presence([.. days.Select(day => Row(day.ToString("ddd d MMM", CultureInfo.InvariantCulture), key => key == day))], isByWeekday: false)
            : new Presence([.. Enumerable.Range(1, 7).Select(day => (DayOfWeek)(day % 7)).Select(weekday => Row(weekday.ToString()[..3], key => key.DayOfWeek == weekday))], isByWeekday: true);

        PresenceRow Row(string label, Func<DateOnly, bool> isMeant) => new(label,
        [
            .. Enumerable.Range(0, HoursOfADay).Select(hour =>
            {
                var (present, known) = days.Where(isMeant).Select(day => hours.GetValueOrDefault((day, hour))).Aggregate((Present: 0d, Known: 0d), static (sum, one) => (sum.Present + one.Present, sum.Known + one.Known));
                return known > 0 ? (double?)Math.Min(present / known, 1) : null;
            }),
        ]);
    }

    /// <summary>The times at which at least one session is known to have been there, in order and apart from each other.</summary>
    private static IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Union(IEnumerable<SessionRecord> sessions, DateTimeOffset from, DateTimeOffset to)
    {
        DateTimeOffset reached = from;
        foreach (SessionRecord session in sessions.OrderBy(session => session.ConnectedSince))
        {
            DateTimeOffset begin = session.ConnectedSince > reached ? session.ConnectedSince : reached;
            DateTimeOffset end = session.EndedNotBefore is { } ended && ended < to ? ended : to;
            if (end <= begin)
                continue;
            yield return (begin, end);
            reached = end;
        }
    }

    private static IEnumerable<(DateOnly Day, int Hour, double Minutes)> ByHour(DateTimeOffset from, DateTimeOffset to, TimeZoneInfo zone)
    {
        while (from < to)
        {
            DateTime local = TimeZoneInfo.ConvertTime(from, zone).DateTime;
            DateTimeOffset next = from + (TimeSpan.FromHours(1) - TimeSpan.FromTicks(local.TimeOfDay.Ticks % TimeSpan.TicksPerHour));
            if (next > to)
                next = to;
            yield return (DateOnly.FromDateTime(local), local.Hour, (next - from).TotalMinutes);
            from = next;
        }
    }
}

/// <param name="Label">The day.</param>
/// <param name="Hours">The part of each hour that somebody was there, 0 to 1; null outside of the period.</param>
public sealed record PresenceRow(string Label, ImmutableArray<double?> Hours);
