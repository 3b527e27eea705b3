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
    public void A_year_is_added_up_from_months_with_days_and_hours_at_its_ends()
    {
        var parts = TrafficParts.Split(HistoryRange.Create(s_now.AddYears(-1), s_now), s_now, s_now.AddDays(-30), s_now.AddDays(-400));

        Assert.Equal([RollUpGrain.Hour, RollUpGrain.Day, RollUpGrain.Month, RollUpGrain.Day, RollUpGrain.Hour], parts.Select(part => part.Grain!.Value));
    }

    [Fact]
    public void Parts_join_without_a_hole_or_an_overlap_whatever_the_period()
    {
        Random random = new(1);
        for (int i = 0; i < 2000; i++)
        {
            DateTimeOffset from = s_now.AddMinutes(-random.Next(1, 4 * 365 * 1440));
            HistoryRange range = HistoryRange.Create(from, from.AddMinutes(random.Next(1, 1000 * 1440)));
            var parts = TrafficParts.Split(range, s_now, s_now.AddDays(-30), s_now.AddDays(-400));

            Assert.True(parts[0].From <= range.From && parts[^1].To >= range.To);
            Assert.All(parts.Zip(parts.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
            Assert.All(parts.Where(part => part.Grain is RollUpGrain.Hour), part => Assert.True(part.From >= s_now.AddDays(-401)));
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

    private sealed record Key([property: System.Text.Json.Serialization.JsonRequired] string Name, [property: System.Text.Json.Serialization.JsonRequired] DateTimeOffset At);
}
