using Dashboard.Fleet;

namespace Dashboard.Tests.Fleet;

public class SessionCountersTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private SessionCounters _counters;
    private Moment _now = new(s_start, TimeSpan.Zero);

    [Fact]
    public void Counters_that_grow_are_taken_as_they_are()
    {
        Assert.Equal([(100, 0), (250, 0), (250, 0)], Totals(100, 250, 250));
    }

    [Fact]
    public void A_reading_that_no_line_could_carry_is_left_out() =>
        Assert.Equal([(1_000, 0), (1_000, 0), (3_000, 0)], Totals(1_000, long.MaxValue, 3_000));

    [Fact]
    public void A_first_reading_that_no_line_could_carry_is_left_out() =>
        Assert.Equal([(0, 0), (1_000, 0), (3_000, 0)], Totals(long.MaxValue, 1_000, 3_000));

    [Fact]
    public void A_counter_that_leapt_for_good_goes_on_without_the_leap()
    {
        const long leap = 1L << 50;

        Assert.Equal([(1_000, 0), (1_000, 0), (1_500, 0), (2_500, 0)], Totals(1_000, leap, leap + 500, leap + 1_500));
    }

    [Fact]
    public void A_reading_that_was_too_high_is_taken_back_by_the_next_one() =>
        Assert.Equal([(1_000, 0), (2_000, 0), (9_000_000, 0), (3_000, 0), (4_000, 0)], Totals(1_000, 2_000, 9_000_000, 3_000, 4_000));

    [Fact]
    public void A_first_reading_that_was_too_high_is_taken_back_when_two_agree_that_it_was() =>
        Assert.Equal([(9_000_000, 0), (9_000_000, 0), (6_000, 0), (7_000, 0)], Totals(9_000_000, 5_000, 6_000, 7_000));

    [Fact]
    public void A_reading_that_was_too_low_takes_nothing_away() =>
        Assert.Equal([(1_000, 0), (2_000, 0), (2_000, 0), (3_000, 0)], Totals(1_000, 2_000, 0, 3_000));

    [Fact]
    public void A_counter_that_begins_anew_goes_on_from_what_there_was() =>
        Assert.Equal([(5_000, 0), (9_000, 0), (9_000, 0), (9_300, 0), (9_400, 0)], Totals(5_000, 9_000, 200, 300, 400));

    [Fact]
    public void A_counter_that_begins_anew_again_and_again_never_stands_still() =>
        Assert.Equal((9_600, 0), Totals(5_000, 9_000, 200, 300, 100, 200, 300)[^1]);

    [Fact]
    public void Nonsense_for_a_while_costs_nothing_but_that_while() =>
        Assert.Equal((3_000, 0), Totals(1_000, 2_000, long.MaxValue, 0, long.MaxValue - 1_000_000, 3_000)[^1]);

    [Fact]
    public void A_burst_of_a_fast_line_after_a_sleep_of_the_machine_is_believed()
    {
        Read(1_000);
        _now = new(_now.Wall.AddHours(1), _now.Steady + TimeSpan.FromSeconds(1)); // the steady clock stood still

        Assert.True(Read(1_000_000_000_000));
    }

    [Fact]
    public void What_is_refuted_is_taken_back_and_the_next_reading_counts_on()
    {
        Totals(1_000, 2_000, 9_000_000);

        _counters.Refute();
        Assert.Equal(2_000, _counters.Received);

        Assert.True(Read(3_000));
        Assert.Equal(3_000, _counters.Received);
    }

    private (long Received, long Sent)[] Totals(params long[] readings) => [.. readings.Select(reading =>
    {
        Read(reading);
        return (_counters.Received, _counters.Sent);
    })];

    private bool Read(long received)
    {
        _now = new(_now.Wall.AddSeconds(2), _now.Steady + TimeSpan.FromSeconds(2));
        return _counters.Read(received, 0, _now, TimeSpan.FromDays(1));
    }
}
