using System.Globalization;

namespace Dashboard.Components.Viewing;

/// <summary>How long something has lasted, in as few words as say it.</summary>
internal static class Elapsed
{
    /// <summary><c>8 s</c>, <c>41 min</c>, <c>3 h 12 min</c>, <c>31 d</c>. A time in the future (clocks differ) is 0 s.</summary>
    public static string Words(TimeSpan time) => time switch
    {
        { Ticks: < 0 } => "0 s",
        { TotalMinutes: < 1 } => Invariant($"{time.Seconds} s"),
        { TotalHours: < 1 } => Invariant($"{time.Minutes} min"),
        { TotalDays: < 1 } when time.Minutes == 0 => Invariant($"{time.Hours} h"),
        { TotalDays: < 1 } => Invariant($"{time.Hours} h {time.Minutes} min"),
        _ => Invariant($"{time.Days} d"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
