using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.Tests.Fleet;

public sealed class FreshnessTests
{
    private readonly Freshness _freshness = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10), At(0));

    [Fact]
    public void A_daemon_that_answers_now_and_then_is_fresh()
    {
        _freshness.Heard(At(5));

        Assert.Null(_freshness.Trouble(At(11), isUp: true));
    }

    [Fact]
    public void A_daemon_that_was_silent_for_more_than_three_questions_is_stale()
    {
        _freshness.Listed(At(5));

        Assert.Null(_freshness.Trouble(At(6), isUp: true));
        Assert.Equal(ServerStatus.Stale, _freshness.Trouble(At(6.5), isUp: true)?.Status);
    }

    [Fact]
    public void A_daemon_that_talks_but_gives_no_list_for_three_intervals_is_stale()
    {
        _freshness.Heard(At(31));

        Assert.Equal(ServerTrouble.NoList, _freshness.Trouble(At(31), isUp: true));
    }

    [Fact]
    public void A_held_daemon_owes_no_list()
    {
        _freshness.Heard(At(500));

        Assert.Null(_freshness.Trouble(At(500), isUp: false));
        _freshness.Heard(At(520));
        Assert.Null(_freshness.Trouble(At(520), isUp: true));
    }

    [Fact]
    public void Whoever_is_asked_once_an_hour_is_not_stale_after_a_minute()
    {
        Freshness patient = new(TimeSpan.FromHours(1), TimeSpan.FromHours(1), At(0));

        Assert.Null(patient.Trouble(At(60), isUp: true));
    }

    private static Moment At(double seconds) => new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds), TimeSpan.FromSeconds(seconds));
}
