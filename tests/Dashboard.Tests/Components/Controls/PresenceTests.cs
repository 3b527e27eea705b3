using Bunit;

using Dashboard.Components.Controls;
using Dashboard.History.Reports;

namespace Dashboard.Tests.Components.Controls;

public sealed class PresenceTests : ComponentTestContext
{
    private static readonly DateTimeOffset s_monday = new(2026, 11, 16, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_hour_tells_which_part_of_it_somebody_was_there()
    {
        Presence presence = Presence.Of([Session(9.5, 11.25)], s_monday, s_monday.AddDays(2), TimeZoneInfo.Utc);

        Assert.Equal(["Mon 16 Nov", "Tue 17 Nov"], presence.Rows.Select(row => row.Label));
        Assert.Equal([0, 0.5, 1, 0.25, 0], presence.Rows[0].Hours[8..13].Select(part => part!.Value));
        Assert.All(presence.Rows[1].Hours, part => Assert.Equal(0, part));
    }

    [Fact]
    public void Two_sessions_at_once_count_once()
    {
        Presence presence = Presence.Of([Session(9.25, 9.75), Session(9, 9.5)], s_monday, s_monday.AddDays(1), TimeZoneInfo.Utc);

        Assert.Equal(0.75, presence.Rows[0].Hours[9]);
    }

    [Fact]
    public void Nothing_is_told_of_hours_outside_of_the_period()
    {
        Presence presence = Presence.Of([Session(0, 24)], s_monday.AddHours(9.5), s_monday.AddHours(11), TimeZoneInfo.Utc);

        Assert.Equal([null, 1, 1, null], presence.Rows[0].Hours[8..12]);
    }

    [Fact]
    public void A_session_counts_as_long_as_it_is_known_to_have_lasted_and_one_that_lives_until_now()
    {
        SessionRecord uncertain = Session(9, 12) with { EndedNotBefore = s_monday.AddHours(10) };
        SessionRecord lives = Session(14, 24) with { EndedNotBefore = null, EndedNotAfter = null };

        Presence presence = Presence.Of([lives, uncertain], s_monday, s_monday.AddHours(15), TimeZoneInfo.Utc);

        Assert.Equal([1, 0, 0, 0, 0, 1, null], presence.Rows[0].Hours[9..16]);
    }

    [Fact]
    public void Hours_and_days_are_those_of_the_viewer()
    {
        Presence presence = Presence.Of([Session(20, 21)], s_monday, s_monday.AddDays(1), TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")); // 5 h 30 min ahead

        Assert.Equal([0.5, 0.5], [presence.Rows[1].Hours[1]!.Value, presence.Rows[1].Hours[2]!.Value]);
    }

    [Fact]
    public void An_hour_that_the_clock_repeats_is_one_of_two_hours()
    {
        DateTimeOffset from = new(2026, 10, 24, 22, 0, 0, TimeSpan.Zero); // midnight in Paris, whose clocks go back at three

        Presence presence = Presence.Of([Session(0, 1) with { ConnectedSince = from.AddHours(2), EndedNotBefore = from.AddHours(3) }], from, from.AddHours(25), TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris"));

        Assert.Equal([0, 0.5, 0], presence.Rows.Single().Hours[1..4].Select(part => part!.Value));
    }

    [Fact]
    public void Many_days_are_added_up_by_the_day_of_the_week()
    {
        Presence presence = Presence.Of([Session(9, 10)], s_monday, s_monday.AddDays(70), TimeZoneInfo.Utc);

        Assert.Equal(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], presence.Rows.Select(row => row.Label));
        Assert.Equal(0.1, presence.Rows[0].Hours[9]!.Value, precision: 6);
    }

    [Fact]
    public void The_chart_is_told_in_words_and_offers_its_numbers()
    {
        Presence presence = Presence.Of([Session(9, 10)], s_monday, s_monday.AddDays(2), TimeZoneInfo.Utc);

        var cut = Render<PresenceChart>(p => p.Add(c => c.Presence, presence).Add(c => c.Title, "Hours of alice"));

        Assert.Equal("Hours of alice: 2 days, most of the time at 09:00–10:00", cut.Find("[role=img]").GetAttribute("aria-label"));
        Assert.Single(cut.FindAll("details.numbers"));
    }

    private static SessionRecord Session(double from, double to) => SessionSample.Of("alice") with
    {
        ConnectedSince = s_monday.AddHours(from),
        EndedNotBefore = s_monday.AddHours(to),
        EndedNotAfter = s_monday.AddHours(to),
    };
}
