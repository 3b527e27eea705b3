using Dashboard.Fleet;

using Mgmt.Core.Commands;

namespace Dashboard.Tests.Fleet;

public sealed class StatusScheduleTests
{
    private readonly StatusSchedule _schedule = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    [Fact]
    public void A_list_is_asked_for_at_once_and_then_at_the_configured_interval()
    {
        Assert.True(_schedule.IsDue(At(0)));
        List(at: 0);

        Assert.False(_schedule.IsDue(At(9.9)));
        Assert.True(_schedule.IsDue(At(10)));
    }

    [Fact]
    public void Another_number_of_clients_asks_for_a_list_before_its_time()
    {
        List(at: 0);
        _schedule.Take(new LoadStats(3, 100, 100));
        Assert.False(_schedule.IsDue(At(2)));

        _schedule.Take(new LoadStats(2, 100, 100));

        Assert.True(_schedule.IsDue(At(2)));
    }

    [Fact]
    public void Bytes_that_move_are_no_reason_for_a_list()
    {
        List(at: 0);
        _schedule.Take(new LoadStats(3, 100, 100));
        _schedule.Take(new LoadStats(3, 100_000, 100));

        Assert.False(_schedule.IsDue(At(4)));
    }

    [Fact]
    public void However_much_happens_lists_are_a_second_apart()
    {
        List(at: 0);

        _schedule.Want();

        Assert.False(_schedule.IsDue(At(0.9)));
        Assert.True(_schedule.IsDue(At(1)));
    }

    [Fact]
    public void A_reason_that_the_list_does_not_remove_is_asked_about_less_and_less()
    {
        for (int i = 0; i < 3; i++)
        {
            _schedule.Want();
            List(at: i);
        }
        _schedule.Want();

        Assert.False(_schedule.IsDue(At(2 + 7.9)));
        Assert.True(_schedule.IsDue(At(2 + 8)));
    }

    [Fact]
    public void After_a_kill_the_list_is_watched_until_the_row_must_be_gone()
    {
        _schedule.LookClosely(At(0));
        List(at: 3);

        Assert.True(_schedule.IsDue(At(4)));
        List(at: 7);
        Assert.False(_schedule.IsDue(At(8)));
    }

    [Fact]
    public void A_server_without_clients_whose_bytes_stand_still_is_left_alone_for_six_intervals()
    {
        List(at: 0, isEmpty: true);
        Assert.False(_schedule.Take(new LoadStats(0, 50, 60)));

        Assert.True(_schedule.Take(new LoadStats(0, 50, 60)));

        Assert.False(_schedule.IsDue(At(59)));
        Assert.True(_schedule.IsDue(At(60)));
    }

    [Theory]
    [InlineData(0, 51, true)]  // somebody knocks: perhaps half open
    [InlineData(0, 50, false)] // the list is not empty
    [InlineData(1, 50, true)]
    public void A_server_where_anything_moves_is_listed_at_its_interval(int clients, ulong bytesIn, bool isEmpty)
    {
        List(at: 0, isEmpty);
        _schedule.Take(new LoadStats(0, 50, 60));

        Assert.False(_schedule.Take(new LoadStats(clients, bytesIn, 60)));

        Assert.True(_schedule.IsDue(At(10)));
    }

    [Fact]
    public void Totals_are_asked_for_as_often_as_byte_counts_and_no_less_than_lists()
    {
        Assert.Equal(TimeSpan.FromSeconds(2), _schedule.LoadInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), new StatusSchedule(TimeSpan.FromSeconds(5), TimeSpan.FromHours(1)).LoadInterval);
        _schedule.LoadAsked(At(0));
        Assert.False(_schedule.IsLoadDue(At(1.9)));
        Assert.True(_schedule.IsLoadDue(At(2)));
    }

    private void List(double at, bool isEmpty = false)
    {
        _schedule.Asked(At(at));
        _schedule.Answered(changed: false, isEmpty);
    }

    private static Moment At(double seconds) => new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds), TimeSpan.FromSeconds(seconds));
}
