using Dashboard.History;
using Dashboard.Live;

using Tests.Shared;

namespace Dashboard.Tests.History;

public sealed class AccountingLedgerTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeHistoryStore _store = new();
    private HistoryProcess _process;

    public AccountingLedgerTests() => _process = new HistoryProcess(_store, _time);

    private DateTimeOffset Now => _time.GetUtcNow();

    public void Dispose() => _process.Dispose();

    [Fact]
    public async Task A_session_that_begins_under_our_eyes_has_no_gap()
    {
        Watch();
        Pass(5);
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 100, 200);

        await FlushAfterTheMinuteAsync();

        Assert.Equal(new TrafficSlice(alice.ConnectedSince, Now.AddSeconds(-60), 100, 200, Gap: false), Assert.Single(Rows()));
    }

    [Fact]
    public async Task A_session_met_in_mid_life_books_what_it_moved_before_as_a_gap_since_it_connected()
    {
        SessionIdentity alice = SampleSessions.Session(0, Now.AddHours(-3));
        Watch();
        See(alice);
        Report(alice, 5_000_000_000, 7);
        Pass(2);
        Report(alice, 5_000_000_100, 8);

        await FlushAfterTheMinuteAsync();

        Assert.Equal([(alice.ConnectedSince, 5_000_000_000, true), (Now.AddSeconds(-62), 100, false)], Rows().Select(row => (row.From, row.Received, row.Gap)));
    }

    [Fact]
    public async Task A_daemon_whose_clock_is_an_hour_slow_does_not_make_every_new_session_a_gap()
    {
        Watch();
        Pass(120);
        SessionIdentity alice = SampleSessions.Session(0, Now.AddHours(-1));
        See(alice);
        Report(alice, 100, 200);

        await FlushAfterTheMinuteAsync();

        Assert.False(Assert.Single(Rows()).Gap);
    }

    [Fact]
    public async Task A_minute_is_one_row_and_is_written_when_it_is_over()
    {
        Watch();
        SessionIdentity alice = Meet();
        for (int i = 1; i <= 29; i++)
        {
            Pass(2);
            Report(alice, i * 10, i * 20);
            await _process.FlushAsync();
        }
        Assert.Empty(_store.Traffic);

        await FlushAfterTheMinuteAsync();

        Assert.Equal((290, 580), Assert.Single(Rows()) is var row ? (row.Received, row.Sent) : default);
    }

    [Fact]
    public async Task A_report_at_the_full_minute_belongs_to_the_minute_before()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(60);
        Report(alice, 100, 200);

        await FlushAfterTheMinuteAsync();

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero), Assert.Single(Rows()).Minute);
    }

    [Fact]
    public async Task A_counter_that_goes_backwards_takes_nothing_away_and_is_not_counted_twice()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 1000, 2000);
        Report(alice, 900, 2100);
        Report(alice, 1050, 2100);

        await FlushAfterTheMinuteAsync();

        Assert.Equal((1050, 2100), (Rows().Sum(row => row.Received), Rows().Sum(row => row.Sent)));
        Assert.All(Rows(), row => Assert.True(row is { Received: >= 0, Sent: >= 0 }));
    }

    [Fact]
    public async Task What_moved_while_the_management_session_was_lost_is_a_gap()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 100, 200);
        DateTimeOffset lastReport = Now;
        _process.Fleet.WatchChanged("paris", watching: false, Now);
        Pass(300);
        Watch();
        Report(alice, 900, 1000);

        await FlushAfterTheMinuteAsync();

        Assert.Equal(new TrafficSlice(lastReport, lastReport.AddSeconds(300), 800, 800, Gap: true), Rows()[^1]);
    }

    [Fact]
    public async Task After_a_restart_the_difference_to_the_same_row_is_a_gap_since_it_was_last_seen()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 100, 200);
        DateTimeOffset lastWritten = Now;
        await FlushAfterTheMinuteAsync();
        Pass(2);
        Report(alice, 150, 250); // never written

        Kill();
        Watch();
        See(alice);
        Pass(1);
        Report(alice, 1100, 1200);
        await FlushAfterTheMinuteAsync();

        TrafficSlice row = Rows()[^1];
        Assert.Equal((lastWritten, 1000, 1000, true), (row.From, row.Received, row.Sent, row.Gap));
    }

    [Fact]
    public async Task A_write_that_failed_is_written_later_once()
    {
        Watch();
        SessionIdentity alice = Meet();
        await _process.FlushAsync();
        Pass(2);
        Report(alice, 100, 200);
        Pass(60);

        _store.Next = FakeHistoryStore.Fault.BeforeCommit;
        Assert.False(await _process.FlushAsync());
        Assert.Empty(_store.Traffic);
        Assert.True(await _process.FlushAsync());

        Assert.Equal(100, Assert.Single(Rows()).Received);
    }

    [Fact]
    public async Task A_write_whose_answer_got_lost_is_not_written_twice()
    {
        Watch();
        SessionIdentity alice = Meet();
        await _process.FlushAsync();
        Pass(2);
        Report(alice, 100, 200);
        Pass(60);

        _store.Next = FakeHistoryStore.Fault.AfterCommit;
        Assert.False(await _process.FlushAsync());
        Report(alice, 130, 230);
        Pass(60);
        Assert.True(await _process.FlushAsync());

        Assert.Equal([100, 30], Rows().Select(row => row.Received));
    }

    [Fact]
    public async Task A_row_that_went_back_to_an_older_state_is_filled_up_again()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 1000, 2000);
        await FlushAfterTheMinuteAsync();
        _store.Session(alice.Id.Value).Received = 400; // a backup was restored
        _store.Session(alice.Id.Value).Sent = 500;
        Pass(2);
        Report(alice, 1001, 2001);
        Pass(60);

        Assert.False(await _process.FlushAsync());
        Assert.True(await _process.FlushAsync());

        Assert.Equal((1001, 2001), (_store.Session(alice.Id.Value).Received, _store.Session(alice.Id.Value).Sent));
    }

    [Fact]
    public async Task A_report_during_a_write_is_kept_for_the_next_one()
    {
        Watch();
        SessionIdentity alice = Meet();
        await _process.FlushAsync();
        Pass(2);
        Report(alice, 100, 200);

        AccountEntry[] entries = [.. _process.Ledger.Collect(Now, everything: true)];
        Report(alice, 110, 210); // the same minute
        _process.Ledger.Written(entries);

        Assert.Equal(10, Assert.Single(Assert.Single(_process.Ledger.Collect(Now, everything: true)).Slices).Received);
    }

    [Fact]
    public async Task The_end_of_a_session_is_written_with_its_last_bytes_and_frees_its_memory()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(2);
        Report(alice, 100, 200);
        SessionEnd end = new(Now, Now, "SIGTERM[soft,remote-exit]");
        _process.Fleet.SessionEnded(alice.Id, end.NotBefore, end.NotAfter, end.Reason);

        await _process.FlushAsync();

        Assert.Equal((end, 100), (_store.Session(alice.Id.Value).End, _store.Session(alice.Id.Value).Received));
        Assert.Equal(0, _process.Ledger.Sessions);
    }

    [Fact]
    public async Task A_session_that_is_found_again_lives_again()
    {
        Watch();
        SessionIdentity alice = Meet();
        _process.Fleet.SessionEnded(alice.Id, Now, Now, null);
        await _process.FlushAsync();

        See(alice);
        await _process.FlushAsync();

        Assert.Null(_store.Session(alice.Id.Value).End);
    }

    [Fact]
    public async Task An_outage_of_days_costs_resolution_and_neither_bytes_nor_memory()
    {
        const int MaxWaiting = 100;
        _process.Dispose();
        _process = new HistoryProcess(_store, _time, MaxWaiting);
        Watch();
        SessionIdentity alice = Meet();
        _store.IsDown = true;
        for (int minute = 1; minute <= 3000; minute++)
        {
            Pass(60);
            Report(alice, minute * 10, minute * 20);
            await _process.Writer.TryFlushAsync(everything: false, TestContext.Current.CancellationToken);
            Assert.InRange(_process.Ledger.Waiting, 0, MaxWaiting);
        }
        _store.IsDown = false;

        await _process.FlushAsync(everything: true);

        Assert.Equal(30_000, Rows().Sum(row => row.Received));
        Assert.InRange(Rows().Count, 10, MaxWaiting);
        Assert.All(Rows(), row => Assert.False(row.Gap)); // somebody watched all the time
    }

    [Fact]
    public async Task A_clock_that_is_set_back_delays_no_row()
    {
        Watch();
        SessionIdentity alice = Meet();
        await _process.FlushAsync();
        _process.Fleet.CountersReported(alice.Id, 100, 200, Now.AddHours(1)); // then the clock was set right
        Report(alice, 110, 210);

        await FlushAfterTheMinuteAsync();

        Assert.Equal((110, 210), (Rows().Sum(row => row.Received), Rows().Sum(row => row.Sent)));
    }

    [Fact]
    public async Task A_watch_is_written_as_far_as_the_rows_are()
    {
        Watch();
        DateTimeOffset began = Now;
        Pass(90);

        await _process.FlushAsync();

        Assert.Equal(new WatchStretch("paris", began, began.AddSeconds(60)), Assert.Single(_store.Watch));
    }

    [Fact]
    public async Task A_watch_that_was_lost_ends_when_it_was_lost()
    {
        Watch();
        DateTimeOffset began = Now;
        Pass(10);
        _process.Fleet.WatchChanged("paris", watching: false, Now);
        Pass(90);
        Watch();

        await _process.FlushAsync(everything: true);
        Pass(10);
        await _process.FlushAsync(everything: true);

        Assert.Equal([(began, began.AddSeconds(10)), (began.AddSeconds(100), began.AddSeconds(110))], _store.Watch.Select(stretch => (stretch.Began, stretch.Until)));
    }

    [Fact]
    public async Task Sessions_of_an_earlier_process_are_looked_through_once_when_all_living_ones_are_known()
    {
        Watch();
        SessionIdentity alice = Meet();
        Pass(30);
        await _process.FlushAsync();
        Assert.Empty(_store.Settled);

        Pass(30);
        await _process.FlushAsync();
        await _process.FlushAsync();

        Assert.Equal([_store.Session(alice.Id.Value).Number], Assert.Single(_store.Settled).Living);
    }

    private void Watch() => _process.Fleet.WatchChanged("paris", watching: true, Now);

    private SessionIdentity Meet()
    {
        SessionIdentity session = SampleSessions.Session(0, Now);
        See(session);
        return session;
    }

    private void See(SessionIdentity session) => _process.Fleet.SessionSeen(session, SampleSessions.Details, Now);

    private void Report(SessionIdentity session, long received, long sent) => _process.Fleet.CountersReported(session.Id, received, sent, Now);

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private void Kill()
    {
        _process.Dispose();
        _process = new HistoryProcess(_store, _time);
    }

    private async Task FlushAfterTheMinuteAsync()
    {
        Pass(60);
        Assert.True(await _process.FlushAsync());
    }

    private List<TrafficSlice> Rows() => [.. _store.Traffic.Select(row => row.Slice)];
}
