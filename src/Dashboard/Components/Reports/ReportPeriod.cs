using System.Globalization;

using Dashboard.History.Reports;

namespace Dashboard.Components.Reports;

/// <summary>The period that a page's address asks for: a usual one that ends now (<c>range=30d</c>), or any (<c>from=</c> and <c>to=</c>).</summary>
/// <param name="Key">Its value in the address; null for one with a beginning and an end of its own.</param>
/// <param name="Range">Null where the address makes no sense.</param>
/// <param name="Problem">Why it makes none, for a person; null where it does.</param>
internal sealed record ReportPeriod(string? Key, HistoryRange? Range, string? Problem)
{
    private const int MaxShown = 40;

    // With a zone: that moment. Without one: the viewer's clock.
    private static readonly string[] s_zoned = ["yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
    private static readonly string[] s_local = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd' 'HH:mm", "yyyy-MM-dd' 'HH:mm:ss"];

    /// <summary>The usual ones, the shortest first.</summary>
    public static IReadOnlyList<(string Key, string Label, string Words, TimeSpan Length)> Usual { get; } =
    [
        ("15m", "15 min", "the last 15 minutes", TimeSpan.FromMinutes(15)),
        ("1h", "1 h", "the last hour", TimeSpan.FromHours(1)),
        ("6h", "6 h", "the last 6 hours", TimeSpan.FromHours(6)),
        ("24h", "24 h", "the last 24 hours", TimeSpan.FromHours(24)),
        ("7d", "7 d", "the last 7 days", TimeSpan.FromDays(7)),
        ("30d", "30 d", "the last 30 days", TimeSpan.FromDays(30)),
        ("90d", "90 d", "the last 90 days", TimeSpan.FromDays(90)),
        ("1y", "1 y", "the last year", TimeSpan.FromDays(365)),
        ("5y", "5 y", "the last 5 years", TimeSpan.FromDays(5 * 365)),
    ];

    /// <param name="usual">The <see cref="Key"/> of the period that an address without any means.</param>
    /// <param name="zone">The viewer's.</param>
    public static ReportPeriod Parse(string? range, string? from, string? to, string usual, DateTimeOffset now, TimeZoneInfo zone)
    {
        bool hasFrom = !string.IsNullOrWhiteSpace(from), hasTo = !string.IsNullOrWhiteSpace(to);
        try
        {
            if (!hasFrom && !hasTo)
            {
                string key = string.IsNullOrEmpty(range) ? usual : range;
                foreach (var period in Usual)
                {
                    if (period.Key == key)
                        return new ReportPeriod(key, HistoryRange.Create(now - period.Length, now), null);
                }
                return Wrong($"“{Shown(key)}” is not a period.");
            }
            if (!hasFrom)
                return Wrong("The period says when it ends, and not when it begins.");
            if (ReadInstant(from!, zone, isEnd: false) is not { } begin)
                return Wrong($"“{Shown(from!)}” is not a date or a time. Write for example 2026-11-20 or 2026-11-20T14:30.");
            if (!hasTo)
                return new ReportPeriod(null, HistoryRange.Create(begin, now), null);
            return ReadInstant(to!, zone, isEnd: true) is { } end
                ? new ReportPeriod(null, HistoryRange.Create(begin, end), null)
                : Wrong($"“{Shown(to!)}” is not a date or a time. Write for example 2026-11-20 or 2026-11-20T14:30.");
        }
        catch (HistoryQueryException e)
        {
            return Wrong(e.Message);
        }
    }

    /// <summary>A moment as people and programs write it; null where it is none. A day that is an end belongs to the period.</summary>
    public static DateTimeOffset? ReadInstant(string text, TimeZoneInfo zone, bool isEnd)
    {
        text = text.Trim();
        if (DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime local))
            return At(local, zone);
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly day))
            return isEnd && day == DateOnly.MaxValue ? null : At((isEnd ? day.AddDays(1) : day).ToDateTime(TimeOnly.MinValue), zone);
        return DateTimeOffset.TryParseExact(text, s_zoned, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset instant) ? instant : null;
    }

    /// <summary>A moment as it stands in an address: the same for whoever follows the link.</summary>
    public static string Write(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // A time that a clock put forward never showed is an hour later than it says.
    private static DateTimeOffset? At(DateTime local, TimeZoneInfo zone)
    {
        TimeSpan offset = zone.GetUtcOffset(local);
        return local.Ticks - offset.Ticks >= DateTime.MinValue.Ticks && local.Ticks - offset.Ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(local, offset) : null;
    }

    private static ReportPeriod Wrong(string problem) => new(null, null, problem);

    private static string Shown(string text) => HostileText.Visible(text.Length > MaxShown ? text[..MaxShown] + "…" : text);
}
