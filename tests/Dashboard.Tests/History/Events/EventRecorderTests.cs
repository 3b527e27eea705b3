using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History.Events;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.History.Events;

/// <summary>What daemons say, in a real PostgreSQL.</summary>
public sealed class EventRecorderTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task What_a_daemon_says_is_found_by_word_level_client_kind_and_time()
    {
        using EventRecorder recorder = Recorder();
        Say(recorder, "alice/198.51.100.11:36604 MULTI: Learn: 10.8.0.2");
        Say(recorder, "198.51.100.12:1 VERIFY ERROR: depth=0, error=certificate has expired: CN=bob", LogSeverity.Error);
        Say(recorder, "CONNECTED: SUCCESS", kind: ServerEventKind.State);
        _lab.Pass(TimeSpan.FromHours(1));
        Say(recorder, "Initialization Sequence Completed");
        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(["Initialization Sequence Completed"], await FindAsync(new EventQuery(All, Text: "sequence COMPLETED")));
        Assert.Equal(["alice/198.51.100.11:36604 MULTI: Learn: 10.8.0.2"], await FindAsync(new EventQuery(All, Client: "alice")));
        Assert.Single(await FindAsync(new EventQuery(All, AtLeast: LogSeverity.Warning)));
        Assert.Single(await FindAsync(new EventQuery(All, Kinds: [ServerEventKind.AuthFailure])));
        Assert.Equal(["CONNECTED: SUCCESS"], await FindAsync(new EventQuery(All, Kinds: [ServerEventKind.State])));
        Assert.Equal(3, (await FindAsync(new EventQuery(HistoryRange.Create(HistoryLab.Noon, HistoryLab.Noon.AddMinutes(30))))).Length);
        Assert.Empty(await FindAsync(new EventQuery(All, Server: "lyon")));
    }

    [Fact]
    public async Task A_client_whom_the_dashboard_denied_is_counted_with_those_whom_OpenVPN_refused()
    {
        using EventRecorder recorder = Recorder();
        Say(recorder, "198.51.100.12:1 VERIFY ERROR: depth=0, error=certificate has expired: CN=bob", LogSeverity.Error);
        Tell(recorder, new ServerEvent("paris", ServerEventKind.AuthFailure, _lab.Now, LogSeverity.Warning, "x/1.2.3.4:5 y from 198.51.100.13:2: not let in by ana: no") { Client = "x/1.2.3.4:5 y", Address = "198.51.100.13:2" });
        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(
            [("198.51.100.12", "bob"), ("198.51.100.13", "x/1.2.3.4:5 y")],
            (await _lab.Dashboard.EventReports.FailedAttemptsAsync(ServerAccess.Everything, All, null, cancellationToken: Cancel)).Select(failed => (failed.Address, failed.Client)).Order());
    }

    [Fact]
    public async Task Pages_follow_each_other_without_holes_or_repeats()
    {
        using EventRecorder recorder = Recorder();
        for (int i = 0; i < 25; i++)
            Say(recorder, $"line {i}");
        Assert.True(await recorder.TryWriteAsync(Cancel));

        List<string> seen = [];
        string? cursor = null;
        do
        {
            Page<EventRecord> page = await _lab.Dashboard.EventReports.FindAsync(ServerAccess.Everything, new EventQuery(All, Cursor: cursor, Limit: 10), Cancel);
            seen.AddRange(page.Items.Select(e => e.Text));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"line {i}"), seen);
    }

    [Theory]
    [InlineData(ServerEventKind.Log, false)]
    [InlineData(ServerEventKind.Log, true)]
    [InlineData(ServerEventKind.State, false)]
    [InlineData(ServerEventKind.State, true)]
    [InlineData(ServerEventKind.Echo, false)]
    [InlineData(ServerEventKind.Echo, true)]
    public async Task A_daemon_that_repeats_what_it_remembers_is_not_stored_twice_even_by_the_next_dashboard(ServerEventKind kind, bool speaksBetween)
    {
        ServerEvent[] memory = [Line("one", HistoryLab.Noon), Line("two", HistoryLab.Noon.AddSeconds(1)), Line("two", HistoryLab.Noon.AddSeconds(1)), Line("three", HistoryLab.Noon.AddSeconds(2))];
        using (EventRecorder first = Recorder())
        {
            foreach (ServerEvent line in memory[..2])
                Tell(first, line with { Kind = kind });
            Assert.True(await first.TryWriteAsync(Cancel));
        }
        using EventRecorder second = Recorder();
        for (int connection = 1; connection <= 3; connection++)
        {
            foreach (ServerEvent line in memory)
                Tell(second, line with { Kind = kind, Replay = connection });
            if (speaksBetween)
                Tell(second, Line("live", HistoryLab.Noon.AddSeconds(3)) with { Kind = kind });
            Assert.True(await second.TryWriteAsync(Cancel));
        }

        string[] live = speaksBetween ? ["live", "live", "live"] : [];
        string[] stored = await FindAsync(new EventQuery(All));
        Assert.Equal([.. live, "three", "two", "two", "one"], stored);
    }

    [Fact]
    public async Task What_could_not_be_written_is_written_later_and_once()
    {
        using EventRecorder recorder = Recorder();
        Say(recorder, "one");
        await _lab.ExecuteAsync("ALTER TABLE event RENAME TO hidden");
        Assert.False(await recorder.TryWriteAsync(Cancel));
        Say(recorder, "two");
        await _lab.ExecuteAsync("ALTER TABLE hidden RENAME TO event");

        Assert.True(await recorder.TryWriteAsync(Cancel));
        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(["two", "one"], await FindAsync(new EventQuery(All)));
    }

    [Fact]
    public async Task Beyond_the_capacity_the_oldest_are_given_up_and_counted()
    {
        using EventRecorder recorder = Recorder(capacity: 3);
        for (int i = 0; i < 5; i++)
            Say(recorder, $"line {i}");

        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(2, recorder.Lost);
        Assert.Equal(["line 4", "line 3", "line 2"], await FindAsync(new EventQuery(All)));
    }

    [Fact]
    public async Task Hostile_text_is_stored_and_searched_without_harm()
    {
        using EventRecorder recorder = Recorder();
        string[] texts = ["a\0b", "'; DROP TABLE event; --", "100% _under_", "\ud800", new string('x', 100_000), "<script>"];
        foreach (string text in texts)
            Say(recorder, text);
        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(texts.Length, (await FindAsync(new EventQuery(All))).Length);
        foreach (string text in (string[])["'", "\"", "\\", "a\0b", "& | ! ( ) : *", "-", "%", "<->"])
            Assert.NotNull(await FindAsync(new EventQuery(All, Text: text, Server: text, Client: text)));
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_does_not_make_partitions_for_another_age()
    {
        using EventRecorder recorder = Recorder();
        Tell(recorder, Line("from the future", HistoryLab.Noon.AddYears(500)));

        Assert.True(await recorder.TryWriteAsync(Cancel));

        Assert.Equal(["from the future"], await FindAsync(new EventQuery(All)));
    }

    [Fact]
    public async Task Failed_attempts_are_counted_by_source_and_name()
    {
        using EventRecorder recorder = Recorder();
        for (int i = 0; i < 3; i++)
            Say(recorder, $"198.51.100.12:{4000 + i} VERIFY ERROR: depth=0, error=certificate has expired: CN=bob");
        Say(recorder, "TLS Error: cannot locate HMAC in incoming packet from [AF_INET]192.0.2.9:4711");
        for (int i = 0; i < 2; i++)
            Say(recorder, $"TLS Error: cannot locate HMAC in incoming packet from [AF_INET6]2001:db8::9:{4711 + i}");
        for (int i = 0; i < 4; i++)
            Say(recorder, $"2001:db8::{10 + i} TLS Auth Error: Auth Username/Password verification failed for peer");
        Assert.True(await recorder.TryWriteAsync(Cancel));

        ImmutableArray<FailedAttempts> failed = await _lab.Dashboard.EventReports.FailedAttemptsAsync(ServerAccess.Everything, All, "paris", cancellationToken: Cancel);

        Assert.Equal(
            [("198.51.100.12", "bob", 3), ("[2001:db8::9]", null, 2), ("192.0.2.9", null, 1), ("2001:db8::10", null, 1), ("2001:db8::11", null, 1), ("2001:db8::12", null, 1), ("2001:db8::13", null, 1)],
            failed.OrderByDescending(attempt => attempt.Count).ThenBy(attempt => attempt.Address, StringComparer.Ordinal).Select(attempt => (attempt.Address, attempt.Client, attempt.Count)));
    }

    private static HistoryRange All => HistoryRange.Create(HistoryLab.Noon.AddDays(-1), HistoryLab.Noon.AddDays(1));

    private EventRecorder Recorder(int capacity = 20_000) => new(_lab.Dashboard.Events, _lab.Dashboard.State, _lab.Time, NullLogger<EventRecorder>.Instance, capacity);

    private void Say(EventRecorder recorder, string text, LogSeverity severity = LogSeverity.Info, ServerEventKind kind = ServerEventKind.Log) =>
        Tell(recorder, new ServerEvent("paris", kind, _lab.Now, severity, text));

    private static ServerEvent Line(string text, DateTimeOffset at) => new("paris", ServerEventKind.Log, at, LogSeverity.Info, text);

    private static void Tell(IFleetObserver recorder, ServerEvent happened) => recorder.Happened(happened);

    private async Task<string[]> FindAsync(EventQuery query) =>
        [.. (await _lab.Dashboard.EventReports.FindAsync(ServerAccess.Everything, query, Cancel)).Items.Select(e => e.Text)];
}
