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

    [Fact]
    public void What_a_wrong_reading_booked_is_taken_back_before_it_is_written()
    {
        SessionAccount account = Registered(received: 0);
        account.Report(1_000, 0, s_noon.AddSeconds(5));
        account.Report(9_000_000, 0, s_noon.AddSeconds(7));

        account.Correct(1_500, 0, s_noon.AddSeconds(9));
        account.Report(2_000, 0, s_noon.AddSeconds(11));

        AccountEntry entry = account.Collect(s_noon.AddMinutes(2), everything: true)!;
        Assert.Equal((2_000, 2_000), (entry.Received, entry.Slices.Sum(slice => slice.Received)));
        Assert.All(entry.Slices, slice => Assert.True(slice.Received >= 0));
    }

    [Fact]
    public void What_a_wrong_reading_had_written_is_taken_back_by_a_row_of_less_than_nothing()
    {
        SessionAccount account = Registered(received: 0);
        account.Report(9_000_000, 0, s_noon.AddSeconds(5));
        account.Written(account.Collect(s_noon.AddMinutes(2), everything: true)!);

        account.Correct(1_500, 0, s_noon.AddMinutes(3));

        AccountEntry entry = account.Collect(s_noon.AddMinutes(5), everything: true)!;
        Assert.Equal((1_500, 1_500 - 9_000_000), (entry.Received, Assert.Single(entry.Slices).Received));
    }

    [Fact]
    public void A_first_reading_that_was_wrong_leaves_nothing_for_a_row_that_is_not_there_yet()
    {
        SessionAccount account = new(SampleSessions.Session(1, s_noon), SampleSessions.Details, new WatchLog("paris"), s_noon);
        account.Report(9_000_000, 0, s_noon.AddSeconds(5));
        account.Correct(1_500, 0, s_noon.AddSeconds(7));

        account.Registered(account.Registration(), new RegisteredSession(1, 0, 0, null));

        AccountEntry entry = account.Collect(s_noon.AddMinutes(2), everything: true)!;
        Assert.Equal((1_500, 1_500), (entry.Received, entry.Slices.Sum(slice => slice.Received)));
    }

    [Fact]
    public void A_counter_that_began_anew_while_nobody_watched_counts_on()
    {
        SessionAccount account = Registered(received: 1_000_000);
        for (int i = 1; i <= 10; i++)
            account.Report(100 * i, 0, s_noon.AddSeconds(2 * i));

        Assert.InRange(account.Collect(s_noon.AddMinutes(2), everything: true)!.Received, 1_000_700, 1_001_000);
    }

    private static SessionAccount Registered(long received)
    {
        SessionAccount account = new(SampleSessions.Session(1, s_noon), SampleSessions.Details, new WatchLog("paris"), s_noon);
        account.Registered(account.Registration(), new RegisteredSession(1, received, 0, received > 0 ? s_noon : null));
        return account;
    }
}
