using System.Security.Claims;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History.Events;
using Dashboard.History.Reports;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

namespace Dashboard.Tests.History.Reports;

/// <summary>Who is limited to some servers finds no trace of the others in any report.</summary>
public sealed class ServerAccessTests : IAsyncLifetime
{
    private static readonly ServerAccess s_lyon = ServerAccess.Of(new ClaimsPrincipal(new ClaimsIdentity(ServerAccess.Claims(["lyon"]), "test")));
    private static readonly ServerAccess s_both = ServerAccess.Of(new ClaimsPrincipal(new ClaimsIdentity(ServerAccess.Claims(["lyon", "paris"]), "test")));

    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static HistoryRange Day => HistoryRange.Create(HistoryLab.Noon.AddHours(-12), HistoryLab.Noon.AddHours(12));

    /// <summary>"shared" is on both servers, "local" on paris only; each moves 100 bytes in, and paris says something.</summary>
    public async ValueTask InitializeAsync()
    {
        _lab = await HistoryLab.StartAsync();
        SessionIdentity[] sessions = [_lab.Connect("shared", "paris"), _lab.Connect("local", "paris"), _lab.Connect("shared", "lyon")];
        _lab.Pass(TimeSpan.FromMinutes(10));
        foreach (SessionIdentity session in sessions)
            _lab.Move(session, 100, 1);
        await _lab.RollUpAsync();
        using EventRecorder recorder = new(_lab.Dashboard.Events, _lab.Dashboard.State, _lab.Time, NullLogger<EventRecorder>.Instance);
        ((IFleetObserver)recorder).Happened(new ServerEvent("paris", ServerEventKind.Log, _lab.Now, LogSeverity.Info, "192.0.2.9:1 VERIFY ERROR: CN=mallory"));
        Assert.True(await recorder.TryWriteAsync(Cancel));
    }

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("lyon")]
    public async Task Traffic_is_that_of_the_servers_that_one_may_see(string? server)
    {
        foreach (TrafficStep step in Enum.GetValues<TrafficStep>().Where(step => step is not TrafficStep.Minute))
        {
            Assert.Equal(100, (await _lab.Dashboard.TrafficReports.TrafficAsync(s_lyon, new TrafficQuery(Day, server, null, TimeZoneInfo.Utc, step), Cancel)).ReceivedBytes);
            Assert.Equal(100, (await _lab.Dashboard.TrafficReports.TrafficAsync(s_lyon, new TrafficQuery(Day, server, "shared", TimeZoneInfo.Utc, step), Cancel)).ReceivedBytes);
        }
        Assert.Equal(["shared"], (await _lab.Dashboard.TrafficReports.TopAsync(s_lyon, new TopQuery(Day, TopSubject.Client, server), Cancel)).Entries.Select(entry => entry.Name));
        Assert.Equal(["lyon"], (await _lab.Dashboard.TrafficReports.TopAsync(s_lyon, new TopQuery(Day, TopSubject.Server, server), Cancel)).Entries.Select(entry => entry.Name));
        Assert.Equal([1], (await _lab.Dashboard.TrafficReports.ConcurrencyAsync(s_lyon, server, Day, TimeZoneInfo.Utc, Cancel)).Select(point => point.Peak));
        Assert.Equal(["lyon"], (await _lab.Dashboard.TrafficReports.BillingAsync(s_lyon, server, new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1), Cancel)).Select(month => month.Server));
    }

    [Fact]
    public async Task Several_servers_are_added_up()
    {
        Assert.Equal(300, (await _lab.Dashboard.TrafficReports.TrafficAsync(s_both, new TrafficQuery(Day, null, null, TimeZoneInfo.Utc), Cancel)).ReceivedBytes);
        Assert.Equal([3], (await _lab.Dashboard.TrafficReports.ConcurrencyAsync(s_both, null, Day, TimeZoneInfo.Utc, Cancel)).Select(point => point.Peak));
    }

    [Fact]
    public async Task A_server_that_one_may_not_see_has_no_history()
    {
        TrafficReport foreign = await _lab.Dashboard.TrafficReports.TrafficAsync(s_lyon, new TrafficQuery(Day, "paris", null, TimeZoneInfo.Utc), Cancel);
        TrafficReport unknown = await _lab.Dashboard.TrafficReports.TrafficAsync(s_lyon, new TrafficQuery(Day, "nowhere", null, TimeZoneInfo.Utc), Cancel);
        Assert.Equal((0, unknown.Gaps.Single()), (foreign.ReceivedBytes, foreign.Gaps.Single()));
        Assert.Empty((await _lab.Dashboard.TrafficReports.TopAsync(s_lyon, new TopQuery(Day, TopSubject.Client, "paris"), Cancel)).Entries);
        Assert.Empty(await _lab.Dashboard.TrafficReports.ConcurrencyAsync(s_lyon, "paris", Day, TimeZoneInfo.Utc, Cancel));
        Assert.Empty(await _lab.Dashboard.TrafficReports.BillingAsync(s_lyon, "paris", new DateOnly(2026, 3, 1), new DateOnly(2026, 3, 1), Cancel));
        Assert.Empty((await _lab.Dashboard.SessionReports.FindAsync(s_lyon, new SessionQuery(Day, "paris"), Cancel)).Items);
        Assert.Empty((await _lab.Dashboard.EventReports.FindAsync(s_lyon, new EventQuery(Day, "paris"), Cancel)).Items);
    }

    [Fact]
    public async Task Sessions_and_names_are_those_of_the_servers_that_one_may_see()
    {
        ISessionReports reports = _lab.Dashboard.SessionReports;
        SessionRecord mine = Assert.Single((await reports.FindAsync(s_lyon, new SessionQuery(Day), Cancel)).Items);
        SessionRecord foreign = (await reports.FindAsync(s_both, new SessionQuery(Day, "paris"), Cancel)).Items[0];

        Assert.Equal("lyon", mine.Server);
        Assert.NotNull(await reports.GetAsync(s_lyon, mine.Session, Cancel));
        Assert.Null(await reports.GetAsync(s_lyon, foreign.Session, Cancel));
        Assert.Equal([("shared", 1)], (await reports.LastSeenAsync(s_lyon, null, cancellationToken: Cancel)).Items.Select(name => (name.CommonName, name.Sessions)));
        Assert.Equal((1, 100L), await reports.ClientAsync(s_lyon, "shared", Cancel) is { } shared ? (shared.Sessions, shared.ReceivedBytes) : default);
        Assert.Null(await reports.ClientAsync(s_lyon, "local", Cancel));
        Assert.Empty(await reports.SharedNamesAsync(s_lyon, Day, null, cancellationToken: Cancel));
        Assert.Single(await reports.SharedNamesAsync(s_both, Day, null, cancellationToken: Cancel));
        Assert.Empty(await reports.FlappingAsync(s_lyon, Day, null, 2, cancellationToken: Cancel));
        Assert.Empty(await reports.ReconnectsAsync(s_lyon, "local", Day, server: null, TimeSpan.Zero, Cancel));
    }

    [Fact]
    public async Task Events_are_those_of_the_servers_that_one_may_see()
    {
        Assert.Empty((await _lab.Dashboard.EventReports.FindAsync(s_lyon, new EventQuery(Day), Cancel)).Items);
        Assert.Empty(await _lab.Dashboard.EventReports.FailedAttemptsAsync(s_lyon, Day, null, cancellationToken: Cancel));
        Assert.Single((await _lab.Dashboard.EventReports.FindAsync(s_both, new EventQuery(Day), Cancel)).Items);
        Assert.Single(await _lab.Dashboard.EventReports.FailedAttemptsAsync(s_both, Day, null, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Nobody_sees_nothing()
    {
        Assert.Empty((await _lab.Dashboard.SessionReports.FindAsync(ServerAccess.Nothing, new SessionQuery(Day), Cancel)).Items);
        Assert.Equal(0, (await _lab.Dashboard.TrafficReports.TrafficAsync(ServerAccess.Nothing, new TrafficQuery(Day, null, null, TimeZoneInfo.Utc), Cancel)).ReceivedBytes);
    }
}
