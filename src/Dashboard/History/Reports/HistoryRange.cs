using System.Globalization;

namespace Dashboard.History.Reports;

/// <summary>A period to report on, <see cref="From"/> included and <see cref="To"/> not: of a minute to five years, and not absurd.</summary>
public readonly record struct HistoryRange
{
    /// <summary>Five years, and the leap days that they may hold.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays((5 * 365) + 2);

    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    /// <summary>OpenVPN's first release: nobody has a history from before.</summary>
    private static readonly DateTimeOffset s_earliest = new(2001, 5, 13, 0, 0, 0, TimeSpan.Zero);

    private HistoryRange(DateTimeOffset from, DateTimeOffset to)
    {
        From = from;
        To = to;
    }

    /// <summary>UTC.</summary>
    public DateTimeOffset From { get; }

    /// <summary>UTC; may lie in the future, as the end of today does.</summary>
    public DateTimeOffset To { get; }

    public TimeSpan Length => To - From;

    /// <exception cref="HistoryQueryException">The period is reversed, empty, too short, too long, or in another age. The message is for a person.</exception>
    public static HistoryRange Create(DateTimeOffset from, DateTimeOffset to)
    {
        if (from == to)
            throw new HistoryQueryException("The period is empty: it ends when it begins.");
        if (from > to)
            throw new HistoryQueryException(string.Create(CultureInfo.InvariantCulture, $"The period is reversed: it begins at {from.UtcDateTime:u} and ends before, at {to.UtcDateTime:u}."));
        if (to - from < Shortest)
            throw new HistoryQueryException("The period is shorter than a minute, and history is kept by the minute.");
        if (to - from > Longest)
            throw new HistoryQueryException("The period is longer than five years. Ask for it in parts.");
        if (from < s_earliest)
            throw new HistoryQueryException("The period begins before there was an OpenVPN.");
        if (to > s_earliest.AddYears(1000))
            throw new HistoryQueryException("The period ends in another age.");
        return new HistoryRange(from.ToUniversalTime(), to.ToUniversalTime());
    }

    /// <summary>The period of a length that ends now.</summary>
    /// <exception cref="HistoryQueryException">As <see cref="Create"/>.</exception>
    public static HistoryRange Last(TimeSpan length, TimeProvider time) => Create(time.GetUtcNow() - length, time.GetUtcNow());
}
