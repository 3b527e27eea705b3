using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Schema;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Storage;

using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.History;

/// <summary>The writer inside a dashboard with a PostgreSQL of its own, which is killed.</summary>
public sealed class HistoryWriterTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_orderly_stop_writes_everything_before_postgres_ends()
    {
        using TemporaryFolder folder = new();
        SessionIdentity alice = SampleSessions.Session(7, DateTimeOffset.UtcNow);
        await using (TestDashboard first = await TestDashboard.WithOwnPostgres(folder.Path).ReadyAsync())
        {
            IFleetObserver fleet = first.Writer;
            fleet.WatchChanged("paris", watching: true, alice.ConnectedSince);
            fleet.SessionSeen(alice, SampleSessions.Details, alice.ConnectedSince);
            fleet.CountersReported(alice.Id, 123, 456, DateTimeOffset.UtcNow); // of the minute that is going on
        }

        await using TestDashboard second = await TestDashboard.WithOwnPostgres(folder.Path).ReadyAsync();
        await using DashboardDbContext context = second.Context();
        TrafficRow row = await context.Set<TrafficRow>().SingleAsync(Cancel);

        Assert.Equal((123, 456), (row.Received, row.Sent));
    }

    [Fact]
    public async Task A_postgres_that_is_killed_while_it_is_written_to_costs_no_byte()
    {
        using TemporaryFolder folder = new();
        await using TestDashboard dashboard = await TestDashboard.WithOwnPostgres(folder.Path).ReadyAsync();
        IFleetObserver fleet = dashboard.Writer;
        DateTimeOffset began = DateTimeOffset.UtcNow;
        SessionIdentity[] sessions = [.. Enumerable.Range(0, 500).Select(i => SampleSessions.Session((uint)i, began, commonName: $"client{i}"))];
        fleet.WatchChanged("paris", watching: true, began);
        foreach (SessionIdentity session in sessions)
            fleet.SessionSeen(session, SampleSessions.Details, began);

        for (int round = 1; round <= 3; round++)
        {
            foreach (SessionIdentity session in sessions)
                fleet.CountersReported(session.Id, round * 1000L, round * 7000L, DateTimeOffset.UtcNow);
            int postmaster = int.Parse(File.ReadLines(Path.Combine(DashboardProcess.Cluster(folder.Path), "postmaster.pid")).First(), System.Globalization.CultureInfo.InvariantCulture);
            Task flush = dashboard.Writer.FlushAsync(everything: true, Cancel);
            await DashboardProcess.SignalAsync("KILL", postmaster);
            await Record.ExceptionAsync(() => flush); // it may have been fast enough
            await TestWait.UntilAsync(() => !dashboard.State.Current.IsReady);
            await dashboard.State.WhenReadyAsync(Cancel).WaitAsync(TestWait.Limit, Cancel);
        }
        await dashboard.Writer.FlushAsync(everything: true, Cancel);

        await using DashboardDbContext context = dashboard.Context();
        var sums = await context.Set<TrafficRow>().GroupBy(row => row.Session).Select(rows => new { Received = rows.Sum(row => row.Received), Sent = rows.Sum(row => row.Sent) }).ToArrayAsync(Cancel);
        Assert.Equal(sessions.Length, sums.Length);
        Assert.All(sums, sum => Assert.Equal((3000L, 21000L), (sum.Received, sum.Sent)));
    }

    [Fact]
    public async Task The_fleet_never_waits_and_history_says_so_while_there_is_no_database()
    {
        using TemporaryFolder folder = new();
        await using EmbeddedPostgres never = TestDatabase.Create(folder.Path);
        await using TestDashboard dashboard = TestDashboard.On(never.ConnectionString);
        await dashboard.StartAsync();
        IFleetObserver fleet = dashboard.Writer;
        SessionIdentity alice = SampleSessions.Session(7, DateTimeOffset.UtcNow);

        fleet.WatchChanged("paris", watching: true, DateTimeOffset.UtcNow);
        fleet.SessionSeen(alice, SampleSessions.Details, DateTimeOffset.UtcNow);
        fleet.CountersReported(alice.Id, 1, 1, DateTimeOffset.UtcNow);

        await Assert.ThrowsAsync<HistoryUnavailableException>(() =>
            dashboard.Traffic.GetServerTrafficAsync("paris", DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1), Cancel));
    }
}
