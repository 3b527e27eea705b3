using System.Net;
using Dashboard.Access;

namespace Dashboard.Tests.Access;

public sealed class SignInThrottleTests
{
    private static readonly IPAddress s_address = IPAddress.Parse("192.0.2.1");

    private readonly MovableClock _clock = new();
    private readonly SignInThrottle _throttle;

    public SignInThrottleTests() => _throttle = new SignInThrottle(_clock);

    [Fact]
    public void An_address_is_heard_twenty_times_and_then_not_until_the_window_ends()
    {
        Exhaust(s_address);

        Assert.False(_throttle.TryBegin(s_address, out TimeSpan retryAfter));
        Assert.InRange(retryAfter, TimeSpan.FromMinutes(4.9), TimeSpan.FromMinutes(5));
        _clock.Advance(TimeSpan.FromMinutes(4.9));
        Assert.False(_throttle.TryBegin(s_address, out _));
        _clock.Advance(retryAfter - TimeSpan.FromMinutes(4.9));
        Assert.True(_throttle.TryBegin(s_address, out _));
    }

    [Fact]
    public void An_attempt_that_was_right_does_not_count()
    {
        for (int i = 0; i < 10 * SignInThrottle.Limit; i++)
        {
            Assert.True(_throttle.TryBegin(s_address, out _));
            _throttle.Forgive(s_address);
        }
    }

    [Fact]
    public void One_address_does_not_spend_the_attempts_of_another()
    {
        Exhaust(s_address);

        Assert.True(_throttle.TryBegin(IPAddress.Parse("192.0.2.2"), out _));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    public void All_addresses_of_one_network_share_their_attempts(string one, string other, bool shared)
    {
        Exhaust(IPAddress.Parse(one));

        Assert.Equal(!shared, _throttle.TryBegin(IPAddress.Parse(other), out _));
    }

    private void Exhaust(IPAddress address)
    {
        for (int i = 0; i < SignInThrottle.Limit; i++)
            Assert.True(_throttle.TryBegin(address, out _));
    }
}
