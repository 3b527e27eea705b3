using Dashboard.History.Schema;
using Dashboard.History.Upkeep;
using Dashboard.Live;

namespace Dashboard.Tests.History.Upkeep;

/// <summary>Sums of sums in a real PostgreSQL.</summary>
public sealed class RollUpTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task Hours_days_and_months_hold_what_the_minutes_hold()
    {
        SessionIdentity alice = _lab.Connect("alice");
        for (int hour = 0; hour < 30; hour++)
        {
            _lab.Pass(TimeSpan.FromHours(1));
            _lab.Move(alice, 1000 + hour, 1);
        }
        await _lab.RollUpAsync();

        foreach (string table in (string[])["traffic", "traffic_hour", "traffic_day", "traffic_month", "server_hour WHERE server_id <> 0", "server_hour WHERE server_id = 0", "server_month WHERE server_id <> 0"])
            Assert.Equal(30_435, await _lab.SumAsync(table));
        Assert.Equal(30, await _lab.CountAsync("traffic_hour"));
        Assert.Equal(2, await _lab.CountAsync("traffic_day"));
    }

    [Fact]
    public async Task What_a_session_moved_before_its_name_changed_goes_with_it()
    {
        SessionIdentity session = _lab.ConnectForHalfAnHour(received: 1000, "laptop-7");
        await _lab.RollUpAsync();

        _lab.Pass(TimeSpan.FromHours(2)); // days and months that go on are added up every hour
        _lab.Process.Fleet.SessionSeen(session with { CommonName = "lena" }, SampleSessions.Details, _lab.Now);
        _lab.Move(session, received: 20, sent: 0);
        await _lab.RollUpAsync();

        foreach (string table in (string[])["traffic_hour", "traffic_day", "traffic_month"])
            Assert.Equal(1020, await _lab.SumAsync($"{table} WHERE user_id = (SELECT id FROM vpn_user WHERE common_name = 'lena')"));
        Assert.Equal(1020, await _lab.SumAsync("traffic_hour"));
        Assert.Equal(1, await _lab.CountAsync("session"));
    }

    [Fact]
    public async Task Adding_up_twice_changes_nothing()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(90));
        _lab.Move(alice, 1000, 2000);
        await _lab.RollUpAsync();
        await _lab.ExecuteAsync("INSERT INTO rollup_due SELECT 0, hour FROM traffic_hour");

        await _lab.RollUpAsync();

        foreach (string table in (string[])["traffic_hour", "traffic_day", "traffic_month", "server_hour WHERE server_id = 0"])
            Assert.Equal(1000, await _lab.SumAsync(table));
    }

    [Fact]
    public async Task A_minute_that_comes_late_is_in_its_hour_day_and_month()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        _lab.PassUnwatched(TimeSpan.FromDays(40));
        await _lab.FlushAsync();
        await _lab.RollUpAsync();
        await CreatePartitionAsync(_lab.Now.AddDays(-1));
        await _lab.ExecuteAsync("""
            INSERT INTO traffic SELECT '2026-04-09 10:10:00+00', 50, 0, number, 60, NULL FROM session;
            INSERT INTO rollup_due VALUES (0, '2026-04-09 10:00:00+00')
            """);
        _lab.Pass(TimeSpan.FromHours(6)); // a month that goes on is added up again after an hour

        await _lab.RollUpAsync();

        foreach (string table in (string[])["traffic_hour", "traffic_day", "traffic_month", "server_hour WHERE server_id = 0"])
            Assert.Equal(1050, await _lab.SumAsync(table));
    }

    [Fact]
    public async Task What_comes_after_its_minutes_were_dropped_is_added_to_the_sums()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.RollUpAsync();
        _lab.PassUnwatched(TimeSpan.FromDays(45));
        await _lab.RollUpAsync();
        Assert.Equal(0, await _lab.SumAsync("traffic"));
        _lab.Process.Fleet.WatchChanged("paris", watching: false, _lab.Now);
        SessionIdentity bob = new("paris", new Mgmt.Core.ClientId(99), HistoryLab.Noon, "bob", "192.0.2.99:1194");
        _lab.Process.Fleet.SessionSeen(bob, SampleSessions.Details, HistoryLab.Noon);
        _lab.Process.Fleet.CountersReported(bob.Id, 0, 0, HistoryLab.Noon);
        await _lab.FlushAsync();
        _lab.Process.Fleet.CountersReported(bob.Id, 7, 0, HistoryLab.Noon.AddMinutes(20)); // it waited in memory all the time
        Assert.False(await _lab.Process.FlushAsync(everything: true)); // its partition has gone; the next write makes it again
        await _lab.RollUpAsync();

        await _lab.RollUpAsync();

        Assert.Equal(0, await _lab.SumAsync("traffic"));
        foreach (string table in (string[])["traffic_hour", "traffic_day", "traffic_month", "server_hour WHERE server_id = 0", "server_month WHERE server_id = 0"])
            Assert.Equal(1007, await _lab.SumAsync(table));
        Assert.Equal(1007, await _lab.ScalarAsync<long>("SELECT (SELECT sum(five) FROM unnest(received_by_five) AS five)::bigint FROM server_hour WHERE server_id = 0 AND received > 0"));
    }

    [Fact]
    public async Task A_mark_that_is_committed_while_its_hour_is_added_up_is_not_lost()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.FlushAsync();
        await using Npgsql.NpgsqlConnection writer = await _lab.Dashboard.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using Npgsql.NpgsqlTransaction transaction = await writer.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using Npgsql.NpgsqlCommand late = new("""
            INSERT INTO traffic SELECT '2026-03-01 12:40:00+00', 50, 0, number, 60, NULL FROM session;
            INSERT INTO rollup_due VALUES (0, '2026-03-01 12:00:00+00')
            """, writer, transaction);
        await late.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        _lab.Pass(TimeSpan.FromHours(2));
        await _lab.Dashboard.Upkeep.RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal(1000, await _lab.SumAsync("traffic_hour"));

        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await _lab.Dashboard.Upkeep.RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1050, await _lab.SumAsync("traffic_hour"));
    }

    [Fact]
    public async Task What_comes_between_adding_late_minutes_up_and_taking_them_away_is_not_lost()
    {
        _lab.ConnectForHalfAnHour(received: 1000);
        await _lab.RollUpAsync();
        _lab.PassUnwatched(TimeSpan.FromDays(45));
        await _lab.RollUpAsync();
        await CreatePartitionAsync(HistoryLab.Noon);
        const string Late = """
            INSERT INTO traffic SELECT '2026-03-01 12:40:00+00', 50, 0, number, 60, NULL FROM session;
            INSERT INTO rollup_due VALUES (0, '2026-03-01 12:00:00+00')
            """;
        await _lab.ExecuteAsync(Late);
        await using Npgsql.NpgsqlConnection writer = await _lab.Dashboard.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using Npgsql.NpgsqlTransaction transaction = await writer.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using Npgsql.NpgsqlCommand later = new($"LOCK TABLE traffic IN SHARE MODE; {Late}", writer, transaction); // one can read, and not delete
        await later.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

        RollUpPeriod hour = RollUpPeriod.Of(RollUpGrain.Hour, HistoryLab.Noon);
        Task rollUp = new RollUp(_lab.Dashboard.DataSource).RunAsync(hour, _lab.Now, TestContext.Current.CancellationToken);
        await TestWait.ReadAsync(() => _lab.ScalarAsync<bool>("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'traffic'::regclass)"), waits => waits);
        await transaction.CommitAsync(TestContext.Current.CancellationToken);
        await rollUp;
        Assert.Equal(50, await _lab.SumAsync("traffic"));
        await _lab.RollUpAsync();

        Assert.Equal(0, await _lab.SumAsync("traffic"));
        foreach (string table in (string[])["traffic_hour", "traffic_day", "server_hour WHERE server_id = 0"])
            Assert.Equal(1100, await _lab.SumAsync(table));
    }

    [Fact]
    public async Task The_peak_of_an_hour_is_the_most_that_were_there_at_the_same_time()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(5));
        SessionIdentity bob = _lab.Connect("bob");
        SessionIdentity carol = _lab.Connect("carol", "lyon");
        _lab.Pass(TimeSpan.FromMinutes(5));
        _lab.Disconnect(bob);
        _lab.Pass(TimeSpan.FromMinutes(5));
        SessionIdentity dave = _lab.Connect("dave");
        foreach (SessionIdentity session in (SessionIdentity[])[alice, carol, dave])
            _lab.Move(session, 1, 1);
        await _lab.RollUpAsync();

        Assert.Equal(2, await PeakAsync("server_id = (SELECT id FROM server WHERE name = 'paris')"));
        Assert.Equal(1, await PeakAsync("server_id = (SELECT id FROM server WHERE name = 'lyon')"));
        Assert.Equal(3, await PeakAsync("server_id = 0"));
    }

    [Fact]
    public async Task Every_hour_that_was_watched_counts_though_nothing_moved_and_it_was_written_late()
    {
        _lab.Watch();
        _lab.Pass(TimeSpan.FromMinutes(10));
        await _lab.FlushAsync();
        _lab.Pass(TimeSpan.FromHours(5)); // in which nothing can be written

        await _lab.RollUpAsync();

        Assert.Equal(6, await _lab.CountAsync("server_hour WHERE server_id <> 0"));
        Assert.Equal(62, await _lab.ScalarAsync<int>("SELECT samples FROM server_month WHERE server_id <> 0")); // 310 minutes
    }

    [Fact]
    public async Task Only_what_a_watch_has_grown_by_is_added_up_again()
    {
        _lab.Watch();
        _lab.Pass(TimeSpan.FromHours(5));
        await _lab.RollUpAsync();
        _lab.Pass(TimeSpan.FromMinutes(10));

        await _lab.FlushAsync();

        Assert.Equal(HistoryLab.Noon.AddHours(5).UtcDateTime, await _lab.ScalarAsync<DateTime>("SELECT min(at) FROM rollup_due WHERE grain = 0"));
    }

    [Fact]
    public async Task An_hour_that_goes_on_is_added_up_again_after_five_minutes()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(1));
        _lab.Move(alice, 100, 0);
        await _lab.RollUpAsync();
        _lab.Pass(TimeSpan.FromMinutes(1));
        _lab.Move(alice, 10, 0);
        await _lab.RollUpAsync();
        Assert.Equal(100, await _lab.SumAsync("traffic_hour"));

        _lab.Pass(TimeSpan.FromMinutes(4));
        await _lab.RollUpAsync();

        Assert.Equal(110, await _lab.SumAsync("traffic_hour"));
    }

    private Task CreatePartitionAsync(DateTimeOffset day) =>
        Partitions.CreateAsync(_lab.Dashboard.DataSource, PartitionedTable.Traffic, [DateOnly.FromDateTime(day.UtcDateTime)], TestContext.Current.CancellationToken);

    private Task<int> PeakAsync(string condition) => _lab.ScalarAsync<int>($"SELECT max(peak_clients) FROM server_hour WHERE {condition}");
}
