using Dashboard.History.Reports;
using Dashboard.History.Upkeep;

namespace Dashboard.Tests.History.Reports;

public sealed class HistoryRangeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 15, 12, 34, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(-3600, "reversed")]
    [InlineData(30, "shorter than a minute")]
    [InlineData(6 * 366 * 86_400, "five years")]
    public void A_period_that_makes_no_sense_is_refused_in_words(int seconds, string words) =>
        Assert.Contains(words, Assert.Throws<HistoryQueryException>(() => HistoryRange.Create(s_now, s_now.AddSeconds(seconds))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_period_of_another_age_is_refused_in_words()
    {
        Assert.Throws<HistoryQueryException>(() => HistoryRange.Create(DateTimeOffset.MinValue, DateTimeOffset.MinValue.AddDays(1)));
        Assert.Throws<HistoryQueryException>(() => HistoryRange.Create(DateTimeOffset.MaxValue.AddDays(-1), DateTimeOffset.MaxValue));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(5 * 365 * 1440)]
    public void From_a_quarter_of_an_hour_to_five_years_is_fine(int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), HistoryRange.Create(s_now.AddMinutes(-minutes), s_now).Length);

    [Theory]
    [InlineData(15)]
    [InlineData(180)]
    [InlineData(1440)]
    [InlineData(7 * 1440)]
    [InlineData(365 * 1440)]
    [InlineData(5 * 365 * 1440)]
    public void The_chosen_step_makes_a_chart_and_not_a_wall(int minutes)
    {
        HistoryRange range = HistoryRange.Create(s_now.AddMinutes(-minutes), s_now);

        Assert.InRange(TrafficSteps.Cut(range, TrafficSteps.Choose(range.Length), TimeZoneInfo.Utc).Length - 1, 15, 760);
    }

    [Fact]
    public void Days_begin_where_the_viewer_is_also_when_clocks_are_changed()
    {
        TimeZoneInfo paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
        HistoryRange range = HistoryRange.Create(new(2026, 3, 28, 0, 0, 0, TimeSpan.Zero), new(2026, 3, 30, 0, 0, 0, TimeSpan.Zero));

        Assert.Equal(
            ["2026-03-27T23:00", "2026-03-28T23:00", "2026-03-29T22:00", "2026-03-30T22:00"],
            TrafficSteps.Cut(range, TrafficStep.Day, paris).Select(bound => bound.UtcDateTime.ToString("yyyy-MM-ddTHH:mm", System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_day_whose_midnight_does_not_exist_begins_when_it_can()
    {
        TimeZoneInfo cairo = TimeZoneInfo.FindSystemTimeZoneById("Africa/Cairo"); // 2026-04-24: from 00:00 to 01:00
        HistoryRange range = HistoryRange.Create(new(2026, 4, 23, 0, 0, 0, TimeSpan.Zero), new(2026, 4, 25, 12, 0, 0, TimeSpan.Zero));

        Assert.Contains(new DateTimeOffset(2026, 4, 23, 22, 0, 0, TimeSpan.Zero), TrafficSteps.Cut(range, TrafficStep.Day, cairo));
    }

    [Fact]
    public void A_year_is_added_up_from_months_with_the_smaller_side_of_what_it_cuts()
    {
        DateTimeOffset now = new(2026, 6, 21, 15, 20, 0, TimeSpan.Zero);
        TrafficParts year = TrafficParts.Split(HistoryRange.Create(now.AddYears(-1), now), now, now.AddDays(-30), now.AddDays(-400), DateTimeOffset.MinValue);

        Assert.Equal(
            [
                new TrafficPart(RollUpGrain.Hour, Utc(2025, 6, 21, 15), Utc(2025, 6, 22)),
                new TrafficPart(RollUpGrain.Day, Utc(2025, 6, 22), Utc(2025, 7, 1)),
                new TrafficPart(RollUpGrain.Month, Utc(2025, 7, 1), Utc(2026, 7, 1)),
            ],
            year.Parts);
        Assert.Equal((Utc(2025, 6, 21, 15), Utc(2026, 6, 21, 16)), (year.From, year.To));
    }

    [Fact]
    public void What_a_period_does_not_hold_of_a_day_or_a_month_is_taken_off_where_that_is_less()
    {
        DateTimeOffset now = new(2026, 6, 21, 15, 20, 0, TimeSpan.Zero);
        TrafficParts parts = TrafficParts.Split(HistoryRange.Create(Utc(2026, 3, 3, 2), Utc(2026, 5, 30, 21)), now, now.AddDays(-30), now.AddDays(-400), DateTimeOffset.MinValue);

        Assert.Equal(
            [
                new TrafficPart(RollUpGrain.Day, Utc(2026, 3, 1), Utc(2026, 3, 3), IsTakenOff: true),
                new TrafficPart(RollUpGrain.Hour, Utc(2026, 3, 3), Utc(2026, 3, 3, 2), IsTakenOff: true),
                new TrafficPart(RollUpGrain.Month, Utc(2026, 3, 1), Utc(2026, 6, 1)),
                new TrafficPart(RollUpGrain.Hour, Utc(2026, 5, 30, 21), Utc(2026, 5, 31), IsTakenOff: true),
                new TrafficPart(RollUpGrain.Day, Utc(2026, 5, 31), Utc(2026, 6, 1), IsTakenOff: true),
            ],
            parts.Parts);
    }

    [Fact]
    public void Nothing_is_taken_off_a_month_that_may_have_gone()
    {
        DateTimeOffset now = new(2026, 6, 21, 15, 20, 0, TimeSpan.Zero);
        TrafficParts parts = TrafficParts.Split(HistoryRange.Create(Utc(2025, 5, 12), now), now, now.AddDays(-30), Utc(2025, 5, 12), Utc(2025, 5, 12));

        Assert.DoesNotContain(parts.Parts, part => part.IsTakenOff);
    }

    [Fact]
    public void Parts_hold_every_hour_of_the_period_once_and_no_other_whatever_the_period()
    {
        Random random = new(1);
        for (int i = 0; i < 1000; i++)
        {
            DateTimeOffset from = s_now.AddMinutes(-random.Next(1, 4 * 365 * 1440));
            HistoryRange range = HistoryRange.Create(from, from.AddMinutes(random.Next(121, i % 2 == 0 ? 5000 : 1000 * 1440)));
            TrafficParts split = TrafficParts.Split(range, s_now, s_now.AddDays(-30), s_now.AddDays(-400), DateTimeOffset.MinValue);

            Assert.True(split.From <= range.From && split.To >= range.To);
            Assert.All(split.Parts.Where(part => part.Grain is RollUpGrain.Hour), part => Assert.True(part.From >= s_now.AddDays(-401)));
            DateTimeOffset end = split.To < s_now ? split.To.AddDays(40) : s_now; // nothing has happened after now
            for (DateTimeOffset hour = split.From.AddDays(-40); hour < end; hour = hour.AddHours(1))
            {
                int times = split.Parts.Sum(part => part.From <= hour && hour < part.To ? part.IsTakenOff ? -1 : 1 : 0);
                if (times != (hour >= split.From && hour < split.To ? 1 : 0))
                    Assert.Fail($"{hour:u} counts {times} times from {range.From:u} to {range.To:u}: {string.Join("; ", split.Parts)}");
            }
        }
    }

    [Fact]
    public void No_period_is_added_up_from_more_than_half_a_day_of_hours_and_half_a_month_of_days_at_each_end()
    {
        Random random = new(2);
        for (int i = 0; i < 1000; i++)
        {
            DateTimeOffset from = s_now.AddMinutes(-random.Next(1441, 390 * 1440));
            TrafficParts split = TrafficParts.Split(HistoryRange.Create(from, s_now), s_now, s_now.AddDays(-30), s_now.AddDays(-400), DateTimeOffset.MinValue);

            Assert.True(split.Parts.Where(part => part.Grain is RollUpGrain.Hour).Sum(part => (part.To - part.From).TotalHours) <= 12);
            Assert.True(split.Parts.Where(part => part.Grain is RollUpGrain.Day).Sum(part => (part.To - part.From).TotalDays) <= 17);
        }
    }

    [Theory]
    [InlineData("x")]
    [InlineData("bnVsbA")] // null
    [InlineData("e30")] // {}
    [InlineData("🙂")]
    public void A_cursor_that_somebody_made_up_is_refused_in_words(string cursor) =>
        Assert.Throws<HistoryQueryException>(() => PageCursor.Decode<Key>(cursor));

    [Fact]
    public void A_cursor_brings_its_key_back() =>
        Assert.Equal(new Key("a%_\"'\0", s_now), PageCursor.Decode<Key>(PageCursor.Encode(new Key("a%_\"'\0", s_now))));

    private static DateTimeOffset Utc(int year, int month, int day, int hour = 0) => new(year, month, day, hour, 0, 0, TimeSpan.Zero);

    private sealed record Key([property: System.Text.Json.Serialization.JsonRequired] string Name, [property: System.Text.Json.Serialization.JsonRequired] DateTimeOffset At);
}
