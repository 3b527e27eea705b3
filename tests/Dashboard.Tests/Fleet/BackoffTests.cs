using Dashboard.Fleet;

namespace Dashboard.Tests.Fleet;

public class BackoffTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(4, 8)]
    [InlineData(6, 30)]
    [InlineData(1_000_000, 30)]
    public void The_delay_doubles_up_to_its_limit(int failures, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Backoff.Delay(failures, random: 0.5));

    [Fact]
    public void Jitter_moves_it_by_a_fifth_either_way()
    {
        Assert.Equal(0.8, Backoff.Delay(1, random: 0).TotalSeconds, 6);
        Assert.Equal(1.2, Backoff.Delay(1, random: 1).TotalSeconds, 6);
    }
}
