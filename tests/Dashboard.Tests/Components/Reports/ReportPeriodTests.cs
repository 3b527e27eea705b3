using Dashboard.Components.Reports;

namespace Dashboard.Tests.Components.Reports;

public sealed class ReportPeriodTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 20, 14, 30, 0, TimeSpan.Zero);
    private static readonly TimeZoneInfo s_paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    [Fact]
    public void An_address_without_a_period_means_the_usual_one()
    {
        ReportPeriod period = ReportPeriod.Parse(null, null, null, "7d", s_now, s_paris);

        Assert.Equal(("7d", s_now.AddDays(-7), s_now), (period.Key, period.Range!.Value.From, period.Range.Value.To));
    }

    [Fact]
    public void Every_usual_period_can_be_reported_on()
    {
        foreach ((string key, _, _, TimeSpan length) in ReportPeriod.Usual)
            Assert.Equal(length, ReportPeriod.Parse(key, null, null, "24h", s_now, s_paris).Range?.Length);
    }

    [Fact]
    public void A_day_is_the_viewers_and_the_last_one_belongs_to_the_period()
    {
        ReportPeriod period = ReportPeriod.Parse(null, "2026-10-25", "2026-10-25", "7d", s_now, s_paris);

        Assert.Equal(new DateTimeOffset(2026, 10, 24, 22, 0, 0, TimeSpan.Zero), period.Range!.Value.From);
        Assert.Equal(TimeSpan.FromHours(25), period.Range.Value.Length); // clocks are put back
    }

    [Fact]
    public void A_time_without_a_zone_is_the_viewers_and_one_with_a_zone_is_everybodys()
    {
        ReportPeriod period = ReportPeriod.Parse(null, "2026-11-20T10:00", "2026-11-20T10:00:00Z", "7d", s_now, s_paris);

        Assert.Equal(TimeSpan.FromHours(1), period.Range!.Value.Length);
    }

    [Fact]
    public void A_beginning_alone_reaches_to_now() =>
        Assert.Equal(s_now, ReportPeriod.Parse(null, "2026-11-01", null, "7d", s_now, s_paris).Range!.Value.To);

    [Theory]
    [InlineData("banana", null, null, "“banana” is not a period")]
    [InlineData("1000000y", null, null, "is not a period")]
    [InlineData("<b>x</b>", null, null, "“<b>x</b>” is not a period")]
    [InlineData("\u0000\u202e", null, null, "“‹0000›‹202E›” is not a period")]
    [InlineData(null, "yesterday", null, "is not a date or a time")]
    [InlineData(null, "2026-02-30", "2026-03-01", "is not a date or a time")]
    [InlineData(null, null, "2026-11-20", "not when it begins")]
    [InlineData(null, "2026-11-20", "2026-11-01", "reversed")]
    [InlineData(null, "2026-11-20T10:00:00Z", "2026-11-20T10:00:00Z", "empty")]
    [InlineData(null, "2026-11-20T10:00:00Z", "2026-11-20T10:00:30Z", "shorter than a minute")]
    [InlineData(null, "2010-01-01", "2026-11-20", "longer than five years")]
    [InlineData(null, "0001-01-01", "0001-01-02", "")]
    [InlineData(null, "9999-12-31", "9999-12-31", "")]
    [InlineData(null, "9999-12-31T23:59:59Z", null, "")]
    public void A_period_that_makes_no_sense_is_told_and_why(string? range, string? from, string? to, string why)
    {
        ReportPeriod period = ReportPeriod.Parse(range, from, to, "7d", s_now, s_paris);

        Assert.Null(period.Range);
        Assert.Contains(why, period.Problem, StringComparison.Ordinal);
        Assert.NotEqual("", period.Problem);
    }

    [Fact]
    public void What_is_too_long_to_show_is_cut() =>
        Assert.True(ReportPeriod.Parse(new string('x', 5000), null, null, "7d", s_now, s_paris).Problem!.Length < 100);
}
