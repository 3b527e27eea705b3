using Dashboard.History;
using Dashboard.Live;

namespace Dashboard.Tests.History;

public sealed class SessionAccountTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_session_that_is_found_again_just_when_its_last_write_is_over_needs_a_new_account()
    {
        SessionIdentity alice = SampleSessions.Session(1, s_noon);
        SessionAccount account = new(alice, SampleSessions.Details, new WatchLog("paris"), s_noon);
        account.Registered(account.Registration(), new RegisteredSession(1, 0, 0, null));
        account.Report(10, 10, s_noon.AddSeconds(5));
        account.Ended(new SessionEnd(s_noon.AddSeconds(6), s_noon.AddSeconds(6), null));

        Assert.True(account.Written(account.Collect(s_noon.AddMinutes(2), everything: false)!));

        Assert.False(account.Seen(alice, SampleSessions.Details));
    }
}
