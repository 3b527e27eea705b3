using Dashboard.Fleet;

namespace Dashboard.Tests.Fleet;

public class RateMeterTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private RateMeter _meter;

    [Fact]
    public void One_reading_makes_no_rate()
    {
        Read(1_000_000, at: 0);

        Assert.Null(_meter.Received);
        Assert.Null(_meter.Sent);
    }

    [Fact]
    public void Two_readings_make_a_rate_in_bytes_per_second()
    {
        Read(1_000, at: 0);
        Read(5_000, at: 2);

        Assert.Equal(2_000, _meter.Received);
        Assert.Equal(4_000, _meter.Sent);
    }

    [Fact]
    public void What_comes_after_a_silence_came_in_the_last_interval()
    {
        Read(1_000, at: 0);
        Read(5_000, at: 60);

        Assert.Equal(2_000, _meter.Received);
    }

    [Fact]
    public void Readings_in_the_same_instant_make_no_impossible_rate()
    {
        Read(1_000, at: 0);
        Read(2_000, at: 2);
        Read(5_000, at: 2.001);
        Read(10_000, at: 4);

        Assert.Equal(4_000, _meter.Received);
    }

    [Fact]
    public void Before_the_first_rate_the_later_of_two_readings_in_the_same_instant_is_the_beginning()
    {
        Read(1_000, at: 0);
        Read(900_000, at: 0.001);
        Read(904_000, at: 2);

        Assert.Equal(2_000, _meter.Received);
    }

    [Fact]
    public void A_counter_that_falls_makes_no_negative_rate()
    {
        Read(5_000, at: 0);
        Read(1_000, at: 2);

        Assert.Equal(0, _meter.Received);
    }

    [Theory]
    [InlineData(4, 2_000)]
    [InlineData(6, 0)]
    public void Silence_makes_the_rate_fall_to_zero_after_two_and_a_half_intervals(double secondsSilent, double expected)
    {
        Read(1_000, at: 0);
        Read(5_000, at: 2);

        _meter.Expire(At(2 + secondsSilent), s_interval);

        Assert.Equal(expected, _meter.Received);
    }

    private void Read(long received, double at) => _meter.Read(received, 2 * received, At(at), s_interval);

    // The wall clock is set back all the time.
    private static Moment At(double seconds) => new(s_start.AddSeconds(-seconds), TimeSpan.FromSeconds(seconds));
}
