using System.Globalization;

using Dashboard.Components.Viewing;

using Tests.Shared;

namespace Dashboard.Tests.Components.Viewing;

public sealed class ViewerClockTests
{
    private readonly ManualTimeProvider _time = new(Sample.Now);

    [Fact]
    public void Nobody_listens_no_timer_runs()
    {
        using ViewerClock clock = new(_time);

        clock.EachSecond(() => { }).Dispose();

        Assert.Equal(0, _time.WaitingTimers);
    }

    [Fact]
    public void All_listeners_share_one_timer()
    {
        using ViewerClock clock = new(_time);
        int ticks = 0;

        using IDisposable first = clock.EachSecond(() => ticks++);
        using IDisposable second = clock.EachSecond(() => ticks++);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal((1, 2), (_time.WaitingTimers, ticks));
    }

    [Fact]
    public void Time_is_told_in_the_browsers_zone()
    {
        using ViewerClock clock = new(_time);

        clock.SetZone("Europe/Berlin");

        Assert.Equal("20 Nov 2026, 15:30:00 (Europe/Berlin)", clock.Absolute(Sample.Now));
    }

    [Theory]
    [InlineData("2026-11-20T02:05:00Z", "02:05")]
    [InlineData("2026-11-19T02:05:00Z", "19 Nov, 02:05")]
    [InlineData("2025-11-20T02:05:00Z", "20 Nov 2025, 02:05")]
    public void A_moment_is_told_as_briefly_as_it_can_be(string at, string words)
    {
        using ViewerClock clock = new(_time);

        Assert.Equal(words, clock.Brief(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_zone_nobody_knows_changes_nothing()
    {
        using ViewerClock clock = new(_time);

        clock.SetZone("../../etc/passwd");

        Assert.Equal(TimeZoneInfo.Utc, clock.Zone);
    }
}
