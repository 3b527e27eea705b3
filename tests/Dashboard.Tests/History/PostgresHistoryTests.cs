using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Schema;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Microsoft.EntityFrameworkCore;

using Npgsql;

using Tests.Shared;

namespace Dashboard.Tests.History;

/// <summary>History in a real PostgreSQL.</summary>
public sealed class PostgresHistoryTests : IAsyncLifetime
{
    private static readonly DateTimeOffset s_noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ManualTimeProvider _time = new(s_noon);
    private TestDashboard _dashboard = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private DateTimeOffset Now => _time.GetUtcNow();

    public async ValueTask InitializeAsync() => _dashboard = await TestDashboard.On(await TestDatabase.NewAsync(), _time).ReadyAsync();

    public ValueTask DisposeAsync() => _dashboard.DisposeAsync();

    [Fact]
    public async Task A_session_is_kept_with_all_that_is_known_of_it()
    {
        using HistoryProcess process = Start();
        SessionIdentity alice = SampleSessions.Session(7, Now);
        See(process, alice);
        Pass(3);
        Report(process, alice, 100, 200);
        process.Fleet.SessionEnded(alice.Id, Now, Now, "SIGTERM[soft,remote-exit]");
        Assert.True(await process.FlushAsync());

        await using DashboardDbContext context = _dashboard.Context();
        SessionRow row = await context.Set<SessionRow>().SingleAsync(Cancel);
        VpnUserRow user = await context.Set<VpnUserRow>().SingleAsync(Cancel);

        Assert.Equivalent(new
        {
            Id = alice.Id.Value, Cid = 7L, ConnectedSince = s_noon, RealAddress = "192.0.2.7:1194", VirtualAddress = "10.8.0.2", VirtualAddress6 = "fd00::1000",
            Platform = "linux 2.6.14", Cipher = "AES-256-GCM", FirstSeen = s_noon, LastSeen = s_noon.AddSeconds(3),
            EndedNotBefore = s_noon.AddSeconds(3), EndedNotAfter = s_noon.AddSeconds(3), EndReason = "SIGTERM[soft,remote-exit]", Received = 100L, Sent = 200L,
        }, row);
        Assert.Equal(("alice", "alice@example.net"), (user.CommonName, user.Username));
    }

    [Fact]
    public async Task A_restart_finds_the_same_row()
    {
        SessionIdentity alice = SampleSessions.Session(7, Now);
        using (HistoryProcess first = Start())
        {
            See(first, alice);
            Pass(3);
            Report(first, alice, 100, 200);
            Assert.True(await first.FlushAsync(everything: true));
        }
        Pass(3600);
        using HistoryProcess second = Start();
        See(second, alice);
        Report(second, alice, 5000, 6000);
        Assert.True(await second.FlushAsync(everything: true));

        await using DashboardDbContext context = _dashboard.Context();
        SessionRow session = await context.Set<SessionRow>().SingleAsync(Cancel);
        TrafficRow[] rows = await context.Set<TrafficRow>().OrderBy(row => row.Minute).ToArrayAsync(Cancel);

        Assert.Equal((5000, 6000), (session.Received, session.Sent));
        Assert.Equal([(100L, null, 3), (4900L, (DateTimeOffset?)s_noon.AddSeconds(3), 3600)], rows.Select(row => (row.Received, row.GapFrom, row.CoversSeconds)));
    }

    [Fact]
    public async Task A_minute_of_more_than_an_integer_is_kept_to_the_byte()
    {
        long[] received = [int.MaxValue, int.MaxValue + 1L, 75_000_000_000, 5];
        SessionIdentity alice = SampleSessions.Session(7, Now);
        using HistoryProcess process = Start();
        See(process, alice);
        Report(process, alice, 0, 0);
        long sum = 0;
        foreach (long bytes in received)
        {
            Pass(60);
            Report(process, alice, sum += bytes, 2 * sum);
        }

        Assert.True(await process.FlushAsync(everything: true));

        await using DashboardDbContext context = _dashboard.Context();
        TrafficRow[] rows = await context.Set<TrafficRow>().OrderBy(row => row.Minute).ToArrayAsync(Cancel);
        Assert.Equal(received.Select(bytes => (bytes, 2 * bytes)), rows.Select(row => (row.Received, row.Sent)));
    }

    [Fact]
    public async Task Hostile_names_are_stored_and_harm_nobody()
    {
        string[] names = ["<b>x</b>", "a\0b", "'; DROP TABLE session; --", "\ud800", new string('\u20ac', 5000), "%_\\\"", "\u202egnp.exe", ""];
        using HistoryProcess process = Start();
        foreach ((int i, string name) in names.Index())
        {
            SessionIdentity session = new("par\0is", new Mgmt.Core.ClientId((uint)i), Now, name, name);
            process.Fleet.SessionSeen(session, new SessionDetails(name, name, name, name, name), Now);
            Report(process, session, 1, 1);
            process.Fleet.SessionEnded(session.Id, Now, Now, name);
        }

        Assert.True(await process.FlushAsync(everything: true));

        await using DashboardDbContext context = _dashboard.Context();
        Assert.Equal(names.Select(StoredText.Clean).Order(StringComparer.Ordinal), (await context.Set<VpnUserRow>().Select(user => user.CommonName).ToArrayAsync(Cancel)).Order(StringComparer.Ordinal));
        Assert.Equal(names.Length, await context.Set<TrafficRow>().CountAsync(Cancel));
    }

    [Fact]
    public async Task Sessions_that_ended_while_nobody_watched_are_ended_between_two_instants()
    {
        SessionIdentity alice = SampleSessions.Session(7, Now);
        SessionIdentity bob = SampleSessions.Session(8, Now, commonName: "bob");
        using (HistoryProcess first = Start())
        {
            foreach (SessionIdentity session in (SessionIdentity[])[alice, bob])
            {
                See(first, session);
                Report(first, session, 100, 200);
            }
            Assert.True(await first.FlushAsync(everything: true));
        }
        Pass(3600);
        using HistoryProcess second = Start();
        See(second, bob);
        Report(second, bob, 100, 200);
        Pass(90);
        Assert.True(await second.FlushAsync());

        await using DashboardDbContext context = _dashboard.Context();
        SessionRow[] rows = await context.Set<SessionRow>().OrderBy(row => row.Cid).ToArrayAsync(Cancel);

        Assert.Equal((s_noon, s_noon.AddSeconds(3660)), (rows[0].EndedNotBefore, rows[0].EndedNotAfter));
        Assert.Null(rows[1].EndedNotAfter);
    }

    [Fact]
    public async Task Days_get_their_partitions_ahead_and_late_rows_theirs_when_they_come()
    {
        using HistoryProcess process = Start();
        SessionIdentity old = SampleSessions.Session(1, s_noon.AddDays(-40));
        See(process, old);
        process.Fleet.CountersReported(old.Id, 5, 5, s_noon.AddDays(-40)); // a clock that was wrong
        Report(process, old, 10, 10);
        Assert.True(await process.FlushAsync(everything: true));

        await using NpgsqlCommand command = _dashboard.DataSource.CreateCommand("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'traffic'::regclass ORDER BY 1");
        List<string> partitions = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Cancel);
        while (await reader.ReadAsync(Cancel))
            partitions.Add(reader.GetString(0));

        Assert.Equal(["traffic_20260120", "traffic_20260301", "traffic_20260302", "traffic_20260303", "traffic_20260304"], partitions);
    }

    [Fact]
    public async Task Another_dashboard_that_writes_the_same_session_makes_nobody_count_twice()
    {
        SessionIdentity alice = SampleSessions.Session(7, Now);
        using HistoryProcess one = Start();
        using HistoryProcess other = Start();
        foreach (HistoryProcess process in (HistoryProcess[])[one, other])
        {
            See(process, alice);
            Report(process, alice, 0, 0);
            Assert.True(await process.FlushAsync(everything: true));
            Pass(2);
            Report(process, alice, 100, 200);
        }
        Assert.True(await one.FlushAsync(everything: true));

        Assert.False(await other.FlushAsync(everything: true));
        Assert.True(await other.FlushAsync(everything: true));

        Assert.Equal((100, 200), await SumAsync(alice));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Rows_add_up_to_the_reported_counters_while_connections_are_cut_at_random(int seed)
    {
        AccountingChaos? chaos = null;
        using AccountingChaos run = chaos = new AccountingChaos(_dashboard.Store, seed, async () =>
        {
            Task<bool> flush = chaos!.Process.FlushAsync(everything: true);
            await CutConnectionsAsync();
            return await flush;
        });

        await run.RunAsync(250);

        _dashboard.DataSource.Clear();
        foreach (AccountingChaos.Client client in run.Seen.Where(run.IsAccountable))
            Assert.Equal((client.ReportedReceived, client.ReportedSent), await SumAsync(client.Session));
    }

    [Fact]
    public async Task Throughput_is_what_moved_in_a_step_by_the_time_that_was_watched()
    {
        using HistoryProcess process = Start();
        SessionIdentity alice = SampleSessions.Session(7, Now);
        SessionIdentity bob = SampleSessions.Session(8, Now, commonName: "bob");
        See(process, alice);
        See(process, bob);
        for (int i = 1; i <= 20; i++) // ten minutes
        {
            Pass(30);
            Report(process, alice, i * 3000, i * 6000);
            Report(process, bob, i * 300, i * 600);
        }
        Assert.True(await process.FlushAsync(everything: true));

        TrafficSeries series = await _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon.AddMinutes(-5), s_noon.AddMinutes(15), TimeSpan.FromMinutes(5), Cancel);

        Assert.Equal(
            [RatePoint.Unknown(s_noon.AddMinutes(-5)), new(s_noon, 110, 220), new(s_noon.AddMinutes(5), 110, 220), RatePoint.Unknown(s_noon.AddMinutes(10))],
            series.Points);
        Assert.Empty(series.Gaps);
    }

    [Fact]
    public async Task A_time_that_nobody_watched_is_a_gap_and_what_was_counted_later_is_no_spike()
    {
        SessionIdentity alice = SampleSessions.Session(7, Now);
        using (HistoryProcess first = Start())
        {
            See(first, alice);
            Pass(60);
            Report(first, alice, 6000, 6000);
            Assert.True(await first.FlushAsync(everything: true));
        }
        Pass(600);
        using HistoryProcess second = Start();
        See(second, alice);
        Report(second, alice, 9_000_000_000, 9_000_000_000);
        Pass(60);
        Report(second, alice, 9_000_006_000, 9_000_006_000);
        Assert.True(await second.FlushAsync(everything: true));

        TrafficSeries series = await _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon, s_noon.AddMinutes(12), TimeSpan.FromMinutes(1), Cancel);

        Assert.Equal([100f, .. Enumerable.Repeat(float.NaN, 10), 100f], series.Points.Select(point => point.Received));
        Assert.Equal([new TrafficGap(s_noon.AddMinutes(1), s_noon.AddMinutes(11))], series.Gaps);
    }

    [Fact]
    public async Task A_server_that_is_out_of_sight_until_now_has_a_gap_at_the_end()
    {
        using HistoryProcess process = Start();
        Pass(60);
        process.Fleet.WatchChanged("paris", watching: false, Now);
        Pass(3600);
        Assert.True(await process.FlushAsync());

        TrafficSeries series = await _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon.AddMinutes(30), s_noon.AddHours(5), TimeSpan.FromMinutes(5), Cancel);

        Assert.Equal([new TrafficGap(s_noon.AddMinutes(30), Now)], series.Gaps);
    }

    [Fact]
    public async Task Rows_that_were_merged_in_an_outage_are_drawn_over_the_time_they_cover()
    {
        using HistoryProcess process = Start();
        SessionIdentity alice = SampleSessions.Session(7, Now);
        See(process, alice);
        Assert.True(await process.FlushAsync());
        for (int i = 1; i <= 8; i++)
        {
            Pass(60);
            Report(process, alice, i * 6000, i * 6000);
        }
        process.Ledger.Compact();
        process.Ledger.Compact();
        process.Ledger.Compact();
        Assert.Equal(1, process.Ledger.Waiting);
        Assert.True(await process.FlushAsync(everything: true));

        TrafficSeries series = await _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon, s_noon.AddMinutes(8), TimeSpan.FromMinutes(2), Cancel);

        Assert.All(series.Points, point => Assert.Equal(100, point.Received, 0.01));
    }

    [Fact]
    public async Task An_empty_or_reversed_period_and_an_unknown_server_are_empty_answers()
    {
        TrafficSeries reversed = await _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon, s_noon.AddHours(-1), TimeSpan.FromMinutes(1), Cancel);
        TrafficSeries unknown = await _dashboard.Traffic.GetServerTrafficAsync("a\0b", s_noon, s_noon.AddMinutes(2), TimeSpan.FromMinutes(1), Cancel);

        Assert.Empty(reversed.Points);
        Assert.All(unknown.Points, point => Assert.False(point.IsKnown));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _dashboard.Traffic.GetServerTrafficAsync("paris", s_noon.AddYears(-5), s_noon, TimeSpan.FromMinutes(1), Cancel));
    }

    private HistoryProcess Start()
    {
        HistoryProcess process = new(_dashboard.Store, _time);
        process.Fleet.WatchChanged("paris", watching: true, Now);
        return process;
    }

    private void See(HistoryProcess process, SessionIdentity session) => process.Fleet.SessionSeen(session, SampleSessions.Details, Now);

    private void Report(HistoryProcess process, SessionIdentity session, long received, long sent) =>
        process.Fleet.CountersReported(session.Id, received, sent, Now);

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private async Task CutConnectionsAsync()
    {
        await using NpgsqlConnection connection = new(new NpgsqlConnectionStringBuilder(_dashboard.DataSource.ConnectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(Cancel);
        await using NpgsqlCommand cut = new(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'", connection);
        await cut.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>The sum of a session's rows.</summary>
    private async Task<(long Received, long Sent)> SumAsync(SessionIdentity session)
    {
        await using DashboardDbContext context = _dashboard.Context();
        var rows = from traffic in context.Set<TrafficRow>()
                   join row in context.Set<SessionRow>() on traffic.Session equals row.Number
                   where row.Id == session.Id.Value
                   select traffic;
        return (await rows.SumAsync(row => row.Received, Cancel), await rows.SumAsync(row => row.Sent, Cancel));
    }
}
