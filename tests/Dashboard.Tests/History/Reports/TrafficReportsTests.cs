using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.History;
using Dashboard.History.Reports;
using Dashboard.History.Schema;
using Dashboard.Live;

namespace Dashboard.Tests.History.Reports;

/// <summary>How much was moved, from a real PostgreSQL.</summary>
public sealed class TrafficReportsTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ITrafficReports Reports => _lab.Dashboard.TrafficReports;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(60, TrafficStep.Minute)]
    [InlineData(600, TrafficStep.FiveMinutes)]
    [InlineData(1440, TrafficStep.QuarterHour)]
    [InlineData(10 * 1440, TrafficStep.Hour)]
    [InlineData(60 * 1440, TrafficStep.Day)]
    [InlineData(1000 * 1440, TrafficStep.Month)]
    public async Task A_server_and_its_client_have_the_same_bytes_whatever_the_step(int minutes, TrafficStep step)
    {
        SessionIdentity alice = _lab.Connect("alice");
        for (int i = 0; i < 6; i++)
        {
            _lab.Pass(TimeSpan.FromMinutes(5));
            _lab.Move(alice, 1000, 100);
        }
        await _lab.RollUpAsync();
        HistoryRange range = HistoryRange.Create(_lab.Now.AddMinutes(-minutes), _lab.Now.AddMinutes(1));

        foreach ((string? server, string? client) in ((string?, string?)[])[("paris", null), (null, "alice"), ("paris", "alice")])
        {
            TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(range, server, client, TimeZoneInfo.Utc, step), Cancel);
            Assert.Equal((6000, 600), (report.ReceivedBytes, report.SentBytes));
            Assert.All(report.Points.Zip(report.Points.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        }
    }

    [Fact]
    public async Task All_servers_together_are_the_sum_of_each()
    {
        foreach ((string server, int bytes) in ((string, int)[])[("paris", 100), ("lyon", 20)])
        {
            SessionIdentity session = _lab.Connect("alice", server);
            _lab.Pass(TimeSpan.FromSeconds(30));
            _lab.Move(session, bytes, 0);
        }
        await _lab.RollUpAsync();

        TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(Day, null, null, TimeZoneInfo.Utc), Cancel);

        Assert.Equal(120, report.ReceivedBytes);
        Assert.Empty((await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(Day, "nowhere", null, TimeZoneInfo.Utc), Cancel)).Points.Where(point => point.ReceivedBytes > 0));
    }

    [Fact]
    public async Task Days_are_the_viewers()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromHours(11.5)); // 23:30 in UTC, the next day in Paris
        _lab.Move(alice, 100, 0);
        await _lab.RollUpAsync();
        HistoryRange range = HistoryRange.Create(HistoryLab.Noon.AddDays(-3), HistoryLab.Noon.AddDays(3));

        async Task<DateTimeOffset> DayOfAsync(string zone) =>
            (await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(range, null, "alice", TimeZoneInfo.FindSystemTimeZoneById(zone), TrafficStep.Day), Cancel)).Points.Single(point => point.ReceivedBytes > 0).From;

        Assert.Equal(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), await DayOfAsync("UTC"));
        Assert.Equal(new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.Zero), await DayOfAsync("Europe/Paris"));
    }

    [Theory]
    [InlineData("paris")]
    [InlineData(null)]
    public async Task The_time_before_anybody_watched_is_told(string? server)
    {
        _lab.ConnectForHalfAnHour(received: 1);
        await _lab.RollUpAsync();

        TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(HistoryRange.Create(HistoryLab.Noon.AddDays(-1), _lab.Now), server, null, TimeZoneInfo.Utc), Cancel);

        Assert.Equal([new TrafficGap(HistoryLab.Noon.AddDays(-1), HistoryLab.Noon)], report.Gaps);
    }

    [Fact]
    public async Task When_somebody_first_watched_is_known_as_long_as_days_are()
    {
        _lab.ConnectForHalfAnHour(received: 1);
        _lab.PassUnwatched(TimeSpan.FromDays(450));
        _lab.Watch();
        await _lab.RollUpAsync();

        TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(HistoryRange.Create(HistoryLab.Noon.AddDays(-1), _lab.Now), null, null, TimeZoneInfo.Utc), Cancel);

        Assert.Equal([new TrafficGap(HistoryLab.Noon.AddDays(-1), HistoryLab.Noon)], report.Gaps);
    }

    [Fact]
    public async Task Who_moved_something_only_in_what_is_taken_off_a_month_is_in_no_list()
    {
        _lab.ConnectForHalfAnHour(received: 100);
        _lab.PassUnwatched(TimeSpan.FromDays(20));
        _lab.ConnectForHalfAnHour(received: 1, "bob");
        await _lab.RollUpAsync();

        TopReport report = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(HistoryRange.Create(HistoryLab.Noon.AddDays(2), _lab.Now), TopSubject.Client), Cancel);

        Assert.Equal([new TopEntry("bob", 1, 0)], report.Entries);
    }

    [Fact]
    public async Task An_answer_tells_up_to_when_its_sums_are_made()
    {
        SessionIdentity alice = _lab.ConnectForHalfAnHour(received: 1);
        await _lab.RollUpAsync();
        DateTimeOffset made = _lab.Now;
        Assert.Equal([null, null], await AsOfAsync());

        _lab.Pass(TimeSpan.FromMinutes(2));
        _lab.Move(alice, 1, 0);
        await _lab.FlushAsync();
        Assert.Equal([made, made], await AsOfAsync());

        _lab.Pass(TimeSpan.FromMinutes(6)); // the hour is made anew after five, and the day after ten
        await _lab.RollUpAsync();
        Assert.Equal([null, made], await AsOfAsync());

        async Task<DateTimeOffset?[]> AsOfAsync()
        {
            HistoryRange range = HistoryRange.Create(_lab.Now.AddDays(-3), _lab.Now);
            return
            [
                (await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(range, null, null, TimeZoneInfo.Utc), Cancel)).AsOf,
                (await Reports.TopAsync(ServerAccess.Everything, new TopQuery(range, TopSubject.Client), Cancel)).AsOf,
            ];
        }
    }

    [Fact]
    public async Task A_time_that_nobody_watched_is_told()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(10));
        _lab.Move(alice, 1, 1);
        _lab.Process.Fleet.WatchChanged("paris", watching: false, _lab.Now);
        _lab.Pass(TimeSpan.FromMinutes(30));
        _lab.Watch();
        _lab.Pass(TimeSpan.FromMinutes(10));
        _lab.Move(alice, 1, 1);
        await _lab.RollUpAsync();

        TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(HistoryRange.Create(HistoryLab.Noon, _lab.Now), "paris", null, TimeZoneInfo.Utc), Cancel);

        Assert.Equal([new TrafficGap(HistoryLab.Noon.AddMinutes(10), HistoryLab.Noon.AddMinutes(40))], report.Gaps);
        Assert.Equal(2, report.ReceivedBytes);
    }

    [Theory]
    [InlineData(TrafficStep.FiveMinutes)]
    [InlineData(TrafficStep.QuarterHour)]
    [InlineData(TrafficStep.Hour)]
    public async Task Bytes_that_came_while_nobody_watched_count_whatever_the_step_and_not_in_the_percentile(TrafficStep step)
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(5));
        _lab.Move(alice, 300, 300);
        _lab.Process.Fleet.WatchChanged("paris", watching: false, _lab.Now);
        _lab.Pass(TimeSpan.FromMinutes(30));
        _lab.Watch();
        _lab.Move(alice, 1_000_000, 2);
        _lab.Pass(TimeSpan.FromMinutes(25));
        await _lab.RollUpAsync();

        TrafficReport report = await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(Day, "paris", null, TimeZoneInfo.Utc, step), Cancel);
        BillingMonth month = (await Reports.BillingAsync(ServerAccess.Everything, "paris", new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1), Cancel)).Single();

        Assert.Equal((1_000_300, 302), (report.ReceivedBytes, report.SentBytes));
        Assert.Equal((1_000_300, 1, 6), (month.ReceivedBytes, month.Received95, month.Samples));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(1440)]
    [InlineData(100 * 1440)]
    [InlineData(1000 * 1440)]
    public async Task Top_talkers_are_the_same_from_minutes_hours_days_and_months(int minutes)
    {
        SessionIdentity[] sessions = [_lab.Connect("small"), _lab.Connect("big"), _lab.Connect("big", "lyon")];
        _lab.Pass(TimeSpan.FromMinutes(10));
        foreach ((int i, SessionIdentity session) in sessions.Index())
            _lab.Move(session, 100 * (i + 1), 1);
        await _lab.RollUpAsync();
        HistoryRange range = HistoryRange.Create(_lab.Now.AddMinutes(1 - minutes), _lab.Now.AddMinutes(1));

        TopReport clients = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(range, TopSubject.Client), Cancel);
        TopReport servers = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(range, TopSubject.Server), Cancel);
        TopReport ofLyon = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(range, TopSubject.Client, "lyon", 1), Cancel);

        Assert.Equal([new TopEntry("big", 500, 2), new TopEntry("small", 100, 1)], clients.Entries);
        Assert.Equal((600, 3), (clients.ReceivedBytes, clients.SentBytes));
        Assert.Equal([new TopEntry("lyon", 300, 1), new TopEntry("paris", 300, 2)], servers.Entries.OrderBy(entry => entry.Name, StringComparer.Ordinal));
        Assert.Equal([new TopEntry("big", 300, 1)], ofLyon.Entries);
    }

    [Fact]
    public async Task Top_talkers_of_years_are_added_up_from_every_grain_and_count_nothing_twice()
    {
        SessionIdentity alice = _lab.Connect("alice");
        for (int i = 0; i < 500; i++)
        {
            _lab.PassUnwatched(TimeSpan.FromHours(17));
            _lab.Watch();
            _lab.Move(alice, 1000, 0);
            if (i % 100 == 99)
                await _lab.RollUpAsync();
        }
        await _lab.RollUpAsync();

        TopReport all = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(HistoryRange.Create(HistoryLab.Noon.AddDays(-100), _lab.Now.AddMinutes(1)), TopSubject.Client), Cancel);
        TopReport half = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(HistoryRange.Create(_lab.Now.AddHours(-17 * 250), _lab.Now), TopSubject.Client), Cancel);

        Assert.Equal(500_000, all.ReceivedBytes);
        Assert.InRange(half.ReceivedBytes, 250_000, 251_000);
    }

    [Fact]
    public async Task What_is_added_up_from_months_days_and_hours_is_the_sum_of_the_hours_of_any_period()
    {
        _lab.ConnectForHalfAnHour(received: 0);
        await _lab.FlushAsync();
        _lab.PassUnwatched(TimeSpan.FromDays(100));
        DateTimeOffset hours = HistoryLab.Noon;
        foreach (PartitionedTable table in (PartitionedTable[])[PartitionedTable.TrafficHour, PartitionedTable.ServerHour])
            await Partitions.CreateAsync(_lab.Dashboard.DataSource, table, Enumerable.Range(0, 101).Select(day => DateOnly.FromDateTime(hours.AddDays(day).UtcDateTime)), Cancel);
        await _lab.ExecuteAsync($"""
            INSERT INTO traffic_hour (hour, received, sent, server_id, user_id)
            SELECT timestamptz '{hours:u}' + h * interval '1 hour', h * 7919 % 1009, 1, server.id, vpn_user.id FROM generate_series(0, 2399) AS h, server, vpn_user;
            INSERT INTO server_hour (server_id, hour, received, sent, peak_clients, received_by_five, sent_by_five)
            SELECT server_id, hour, received, sent, 1, array_fill(0::bigint, ARRAY[12]), array_fill(0::bigint, ARRAY[12]) FROM traffic_hour;
            INSERT INTO rollup_due SELECT DISTINCT 1, date_trunc('day', hour, 'UTC') FROM traffic_hour
            """);
        await _lab.Dashboard.Upkeep.RunAsync(Cancel);

        Random random = new(3);
        for (int i = 0; i < 100; i++)
        {
            DateTimeOffset from = hours.AddHours(random.Next(0, 2300));
            DateTimeOffset to = i % 2 == 0 ? _lab.Now : from.AddHours(random.Next(3, 2400));
            long expected = await _lab.SumAsync($"traffic_hour WHERE hour >= '{from:u}' AND hour < '{to:u}'");
            foreach (TopSubject subject in Enum.GetValues<TopSubject>())
                Assert.Equal((from, expected), (from, (await Reports.TopAsync(ServerAccess.Everything, new TopQuery(HistoryRange.Create(from, to), subject), Cancel)).ReceivedBytes));
        }
    }

    [Fact]
    public async Task The_longest_period_may_begin_and_end_within_an_hour()
    {
        DateTimeOffset from = new(2024, 1, 1, 0, 0, 0, TimeSpan.FromHours(5.5)); // five years of days in India
        HistoryRange range = HistoryRange.Create(from, from.AddYears(5));

        TopReport report = await Reports.TopAsync(ServerAccess.Everything, new TopQuery(range, TopSubject.Client), Cancel);

        Assert.Equal((new DateTimeOffset(2023, 12, 31, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2028, 12, 31, 19, 0, 0, TimeSpan.Zero)), (report.From, report.To));
    }

    [Fact]
    public async Task The_95th_percentile_leaves_out_the_highest_twentieth_of_the_five_minutes()
    {
        SessionIdentity alice = _lab.Connect("alice");
        for (int i = 1; i <= 100; i++)
        {
            _lab.Pass(TimeSpan.FromMinutes(5));
            _lab.Move(alice, i > 95 ? 3_000_000 : 300 * i, 0);
            await _lab.FlushAsync();
        }
        _lab.Pass(TimeSpan.FromMinutes(20)); // to the end of the hour: 104 samples
        _lab.Process.Fleet.CountersReported(alice.Id, 0, 0, _lab.Now);
        await _lab.RollUpAsync();

        BillingMonth month = (await Reports.BillingAsync(ServerAccess.Everything, "paris", new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1), Cancel)).Single();

        Assert.Equal(104, month.Samples);
        Assert.Equal(95, month.Received95); // of 104 the 99th: 4 are zero
        Assert.Equal(1, month.PeakClients);
    }

    [Fact]
    public async Task The_most_clients_at_once_are_told_for_each_hour_and_day()
    {
        SessionIdentity alice = _lab.Connect("alice");
        SessionIdentity bob = _lab.Connect("bob", "lyon");
        _lab.Pass(TimeSpan.FromMinutes(10));
        _lab.Move(alice, 1, 1);
        _lab.Disconnect(bob);
        _lab.Pass(TimeSpan.FromHours(1));
        _lab.Move(alice, 1, 1);
        await _lab.RollUpAsync();

        ImmutableArray<ConcurrencyPoint> hours = await Reports.ConcurrencyAsync(ServerAccess.Everything, null, Day, TimeZoneInfo.Utc, Cancel);
        ImmutableArray<ConcurrencyPoint> days = await Reports.ConcurrencyAsync(ServerAccess.Everything, "paris", HistoryRange.Create(HistoryLab.Noon.AddDays(-20), HistoryLab.Noon.AddDays(1)), TimeZoneInfo.Utc, Cancel);

        Assert.Equal([2, 1], hours.Select(point => point.Peak));
        Assert.Equal([1], days.Select(point => point.Peak));
    }

    [Fact]
    public async Task A_question_that_makes_no_sense_is_answered_in_words()
    {
        HistoryRange years = HistoryRange.Create(_lab.Now.AddYears(-4), _lab.Now);

        await Assert.ThrowsAsync<HistoryQueryException>(() => Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(years, "paris", null, TimeZoneInfo.Utc, TrafficStep.FiveMinutes), Cancel));
        await Assert.ThrowsAsync<HistoryQueryException>(() => Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(years, null, "alice", TimeZoneInfo.Utc, TrafficStep.Minute), Cancel));
        await Assert.ThrowsAsync<HistoryQueryException>(() => Reports.TopAsync(ServerAccess.Everything, new TopQuery(years, TopSubject.Client, Limit: 0), Cancel));
        await Assert.ThrowsAsync<HistoryQueryException>(() => Reports.BillingAsync(ServerAccess.Everything, null, new DateOnly(2026, 1, 1), new DateOnly(2025, 1, 1), Cancel));
    }

    [Theory]
    [InlineData("'; DROP TABLE traffic; --")]
    [InlineData("a\0b")]
    [InlineData("%")]
    public async Task Names_that_nobody_has_are_empty_answers(string name)
    {
        Assert.Empty((await Reports.TopAsync(ServerAccess.Everything, new TopQuery(Day, TopSubject.Client, name), Cancel)).Entries);
        Assert.Equal(0, (await Reports.TrafficAsync(ServerAccess.Everything, new TrafficQuery(Day, name, name, TimeZoneInfo.Utc), Cancel)).ReceivedBytes);
        Assert.Empty(await Reports.ConcurrencyAsync(ServerAccess.Everything, name, Day, TimeZoneInfo.Utc, Cancel));
        Assert.Empty(await Reports.BillingAsync(ServerAccess.Everything, name, new DateOnly(2026, 1, 1), new DateOnly(2026, 3, 1), Cancel));
    }

    private static HistoryRange Day => HistoryRange.Create(HistoryLab.Noon.AddHours(-12), HistoryLab.Noon.AddHours(12));
}
