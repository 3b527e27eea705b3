using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.History.Reports;
using Dashboard.Live;

namespace Dashboard.Tests.History.Reports;

/// <summary>Who was connected, from a real PostgreSQL.</summary>
public sealed class SessionReportsTests : IAsyncLifetime
{
    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private ISessionReports Reports => _lab.Dashboard.SessionReports;

    private HistoryRange Until => HistoryRange.Create(HistoryLab.Noon.AddDays(-1), _lab.Now.AddMinutes(1));

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Fact]
    public async Task A_session_is_told_with_all_that_is_known_of_it_and_every_address()
    {
        SessionIdentity alice = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(5));
        foreach (string address in (string[])["192.0.2.1:1194", "198.51.100.7:5000", "198.51.100.7:5000", "192.0.2.1:1194"])
            _lab.Process.Fleet.SessionSeen(alice, SampleSessions.Details with { RealAddress = address }, _lab.Now);
        await _lab.FlushAsync();
        _lab.Process.Fleet.SessionSeen(alice, SampleSessions.Details with { RealAddress = "198.51.100.7:5001" }, _lab.Now);
        _lab.Move(alice, 100, 200);
        _lab.Disconnect(alice, "SIGTERM[soft,remote-exit]");
        await _lab.FlushAsync();

        SessionRecord? session = await Reports.GetAsync(ServerAccess.Everything, alice.Id, Cancel);

        Assert.NotNull(session);
        Assert.Equal(("paris", "alice", "alice@example.net", "linux 2.6.14", "SIGTERM[soft,remote-exit]"), (session.Server, session.CommonName, session.Username, session.Platform, session.EndReason));
        Assert.Equal((100, 200, false, false), (session.ReceivedBytes, session.SentBytes, session.IsOpen, session.EndIsUncertain));
        Assert.Equal(["192.0.2.1:1194", "198.51.100.7:5001"], session.Addresses);
    }

    [Fact]
    public async Task Where_OpenVPN_knows_no_certificate_people_are_told_apart_by_their_user_names()
    {
        foreach (string user in (string[])["lena", "ida", "lena"])
        {
            SessionIdentity session = _lab.Connect("UNDEF", details: new SessionDetails(user, "10.8.0.2", null, null, null));
            _lab.Pass(TimeSpan.FromMinutes(5));
            _lab.Move(session, received: 100, sent: 0);
            _lab.Disconnect(session);
        }
        _lab.Disconnect(_lab.Connect("UNDEF", details: new SessionDetails(null, "10.8.0.2", null, null, null)));
        await _lab.RollUpAsync();

        Assert.Equal(2, (await Reports.ClientAsync(ServerAccess.Everything, "lena", Cancel))!.Sessions);
        Assert.Null(await Reports.ClientAsync(ServerAccess.Everything, "UNDEF", Cancel));
        Assert.Equal(["ida", "lena"], (await Reports.LastSeenAsync(ServerAccess.Everything, null, cancellationToken: Cancel)).Items.Select(name => name.CommonName).Order());
        Assert.Equal(2, (await Reports.FindAsync(ServerAccess.Everything, new SessionQuery(Until, CommonName: "lena"), Cancel)).Items.Length);
        Assert.Equal(("lena", 200), (await _lab.Dashboard.TrafficReports.TopAsync(ServerAccess.Everything, new TopQuery(Until, TopSubject.Client), Cancel)).Entries is [var first, ..] ? (first.Name, first.ReceivedBytes) : default);
        Assert.Empty(await Reports.SharedNamesAsync(ServerAccess.Everything, Until, server: null, cancellationToken: Cancel));
    }

    [Fact]
    public async Task Pages_follow_each_other_without_holes_or_repeats()
    {
        for (int i = 0; i < 25; i++)
        {
            _lab.Disconnect(_lab.Connect($"client {i}"));
            if (i % 3 == 0)
                _lab.Pass(TimeSpan.FromSeconds(1));
        }
        await _lab.FlushAsync();

        List<string> seen = [];
        string? cursor = null;
        do
        {
            Page<SessionRecord> page = await Reports.FindAsync(ServerAccess.Everything, new SessionQuery(Until, Cursor: cursor, Limit: 10), Cancel);
            seen.AddRange(page.Items.Select(session => session.CommonName));
            cursor = page.Next;
        }
        while (cursor is not null);

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
    }

    [Fact]
    public async Task Sessions_are_found_by_server_name_part_of_a_text_and_state()
    {
        SessionIdentity odd = _lab.Connect("100%_sure");
        _lab.Connect("1000 sure", "lyon");
        _lab.Disconnect(odd);
        await _lab.FlushAsync();

        async Task<string[]> FindAsync(SessionQuery query) => [.. (await Reports.FindAsync(ServerAccess.Everything, query, Cancel)).Items.Select(session => session.CommonName)];

        Assert.Equal(["100%_sure"], await FindAsync(new SessionQuery(Until, Text: "%_SURE")));
        Assert.Equal(["1000 sure"], await FindAsync(new SessionQuery(Until, Server: "lyon")));
        Assert.Equal(["1000 sure"], await FindAsync(new SessionQuery(Until, IsOpen: true)));
        Assert.Equal(["100%_sure"], await FindAsync(new SessionQuery(Until, CommonName: "100%_sure", IsOpen: false)));
        Assert.Equal(["100%_sure"], await FindAsync(new SessionQuery(Until, Text: "192.0.2.1:")));
        foreach (string text in (string[])["'", "\\", "a\0b", "_____________________________________________"])
            Assert.Empty(await FindAsync(new SessionQuery(Until, Text: text)));
    }

    [Theory]
    [InlineData("2001:DB8::7")]
    [InlineData("[2001")]
    [InlineData("[2001:DB8::7]:11")]
    [InlineData("tcp6-server:[2001:db8")]
    [InlineData("tcp6-server:[2001:db8::7]:1194")]
    [InlineData("10.99.")]
    [InlineData("fe80::7%ETH0")]
    [InlineData("203.0.113.9")]
    [InlineData("203.0.113.9:40000")]
    public async Task A_session_is_found_by_any_of_its_addresses_or_how_that_begins(string text)
    {
        SessionIdentity alice = _lab.Connect("alice", details: SampleSessions.Details with { RealAddress = "tcp6-server:[2001:db8::7]:1194", VirtualAddress = "10.99.0.2", VirtualAddress6 = "fe80::7%eth0" });
        await _lab.FlushAsync(); // of the addresses between two writes only the last is kept
        _lab.Process.Fleet.SessionSeen(alice, SampleSessions.Details with { RealAddress = "udp4:203.0.113.9:40000", VirtualAddress = "10.99.0.2", VirtualAddress6 = "fe80::7%eth0" }, _lab.Now);
        _lab.Connect("bob", details: SampleSessions.Details with { RealAddress = "udp4:203.0.113.8:40000" });
        await _lab.FlushAsync();

        Page<SessionRecord> found = await Reports.FindAsync(ServerAccess.Everything, new SessionQuery(Until, Text: text), Cancel);

        Assert.Equal(["alice"], found.Items.Select(session => session.CommonName));
    }

    [Fact]
    public async Task A_client_that_comes_back_again_and_again_is_flapping()
    {
        for (int i = 0; i < 6; i++)
        {
            SessionIdentity session = _lab.Connect("flappy");
            _lab.Pass(TimeSpan.FromSeconds(20));
            _lab.Disconnect(session);
            _lab.Pass(TimeSpan.FromSeconds(5));
        }
        _lab.Connect("steady");
        await _lab.FlushAsync();

        FlappingClient flapping = Assert.Single(await Reports.FlappingAsync(ServerAccess.Everything, Until, server: null, cancellationToken: Cancel));
        Assert.Equal(("flappy", 6, TimeSpan.FromSeconds(20)), (flapping.CommonName, flapping.Sessions, flapping.MedianLength));

        _lab.Pass(TimeSpan.FromHours(2));
        SessionIdentity later = _lab.Connect("flappy");
        _lab.Disconnect(later);
        await _lab.FlushAsync();
        ReconnectChain chain = Assert.Single(await Reports.ReconnectsAsync(ServerAccess.Everything, "flappy", Until, server: null, TimeSpan.FromSeconds(30), Cancel));
        Assert.Equal((6, TimeSpan.FromSeconds(25)), (chain.Sessions, chain.Pauses));
    }

    [Fact]
    public async Task Reconnects_can_be_asked_for_of_one_server()
    {
        foreach (string server in (string[])["paris", "lyon", "paris", "lyon", "lyon"])
        {
            SessionIdentity session = _lab.Connect("flappy", server);
            _lab.Pass(TimeSpan.FromSeconds(20));
            _lab.Disconnect(session);
        }
        await _lab.FlushAsync();

        Assert.Equal(2, (await Reports.ReconnectsAsync(ServerAccess.Everything, "flappy", Until, server: null, TimeSpan.FromMinutes(5), Cancel)).Length);
        ReconnectChain chain = Assert.Single(await Reports.ReconnectsAsync(ServerAccess.Everything, "flappy", Until, "lyon", TimeSpan.FromMinutes(5), Cancel));
        Assert.Equal(("lyon", 3), (chain.Server, chain.Sessions));
    }

    [Fact]
    public async Task Two_devices_on_one_certificate_are_told_from_one_that_reconnects()
    {
        SessionIdentity phone = _lab.Connect("shared");
        SessionIdentity stale = _lab.Connect("roamer");
        _lab.Pass(TimeSpan.FromMinutes(5));
        SessionIdentity laptop = _lab.Connect("shared", "lyon");
        SessionIdentity fresh = _lab.Connect("roamer");
        for (int i = 0; i < 5; i++)
        {
            _lab.Pass(TimeSpan.FromMinutes(1));
            foreach (SessionIdentity session in (SessionIdentity[])[phone, laptop, fresh])
                _lab.Move(session, 100, 100);
            _lab.Move(stale, 0, 40); // pings into the void
        }
        _lab.Disconnect(stale);
        await _lab.FlushAsync();

        ImmutableArray<SharedName> shared = await Reports.SharedNamesAsync(ServerAccess.Everything, Until, server: null, cancellationToken: Cancel);

        Assert.Equal([("roamer", true), ("shared", false)], shared.Select(pair => (pair.CommonName, pair.IsTakeover)).Order());
        SharedName devices = shared.Single(pair => pair.CommonName == "shared");
        Assert.Equal((phone.Id, laptop.Id, HistoryLab.Noon.AddMinutes(5)), (devices.Older.Session, devices.Newer.Session, devices.From));
    }

    [Fact]
    public async Task Who_left_and_came_back_while_nobody_watched_was_not_there_twice()
    {
        SessionIdentity before = _lab.Connect("alice");
        _lab.Pass(TimeSpan.FromMinutes(10));
        _lab.Move(before, 100, 100);
        await _lab.FlushAsync();
        _lab.Process.Fleet.WatchChanged("paris", watching: false, _lab.Now);
        DateTimeOffset lastSeen = _lab.Now;
        _lab.Pass(TimeSpan.FromMinutes(40));
        SessionIdentity after = new("paris", new Mgmt.Core.ClientId(7), _lab.Now, "alice", "192.0.2.1:1194"); // while nobody watches
        _lab.Pass(TimeSpan.FromMinutes(40));
        using HistoryProcess next = new(_lab.Dashboard.Store, _lab.Time); // the next start
        next.Fleet.WatchChanged("paris", watching: true, _lab.Now);
        next.Fleet.SessionSeen(after, SampleSessions.Details, _lab.Now);
        next.Fleet.CountersReported(after.Id, 10, 10, _lab.Now);
        _lab.Pass(TimeSpan.FromMinutes(2));
        await next.FlushAsync(everything: true);
        SessionRecord gone = (await Reports.GetAsync(ServerAccess.Everything, before.Id, Cancel))!;
        Assert.True(gone.EndIsUncertain && gone.EndedNotAfter > after.ConnectedSince);

        Assert.Empty(await Reports.SharedNamesAsync(ServerAccess.Everything, Until, server: null, cancellationToken: Cancel));
        Assert.Empty(await Reports.ReconnectsAsync(ServerAccess.Everything, "alice", Until, server: null, TimeSpan.FromMinutes(5), Cancel));
        await _lab.Dashboard.Upkeep.RunAsync(Cancel);
        Assert.Equal(1, await _lab.ScalarAsync<int>("SELECT max(peak_clients) FROM server_hour"));
        Assert.Equal(lastSeen, gone.EndedNotBefore);
    }

    [Theory]
    [InlineData("192.0.2.1:1194", "192.0.2.1")]
    [InlineData("udp4:192.0.2.1:1194", "udp4:192.0.2.1")]
    [InlineData("::ffff:192.0.2.1:1194", "::ffff:192.0.2.1")]
    [InlineData("udp6:[2001:db8::11]:1194", "udp6:[2001:db8::11]")]
    [InlineData("2001:db8::11", "2001:db8::11")]
    [InlineData("2001:db8:0:1:2:3:4:5", "2001:db8:0:1:2:3:4:5")]
    public async Task An_address_loses_its_port_and_nothing_else(string address, string without)
    {
        SessionIdentity alice = new("paris", new Mgmt.Core.ClientId(0), _lab.Now, "alice", address);
        _lab.Process.Fleet.SessionSeen(alice, SampleSessions.Details with { RealAddress = address }, _lab.Now);
        _lab.Process.Fleet.CountersReported(alice.Id, 0, 0, _lab.Now);
        await _lab.FlushAsync();

        ClientRecord? client = await Reports.ClientAsync(ServerAccess.Everything, "alice", Cancel);

        Assert.Equal([without], client!.Addresses.Select(seen => seen.Value));
    }

    [Fact]
    public async Task A_device_that_stays_is_told_with_each_that_comes_and_goes_beside_it()
    {
        SessionIdentity gateway = _lab.Connect("shared");
        for (int i = 0; i < 2; i++)
        {
            _lab.Pass(TimeSpan.FromMinutes(1));
            SessionIdentity guest = _lab.Connect("shared");
            _lab.Pass(TimeSpan.FromMinutes(5));
            _lab.Disconnect(guest);
        }
        await _lab.FlushAsync();

        ImmutableArray<SharedName> shared = await Reports.SharedNamesAsync(ServerAccess.Everything, Until, server: null, cancellationToken: Cancel);

        Assert.Equal([gateway.Id, gateway.Id], shared.Select(pair => pair.Older.Session));
    }

    [Fact]
    public async Task Who_has_been_away_for_the_longest_comes_first_and_who_is_here_last()
    {
        _lab.Disconnect(_lab.Connect("long gone"));
        _lab.Connect("here all the time");
        _lab.Pass(TimeSpan.FromDays(40));
        _lab.Disconnect(_lab.Connect("here yesterday"));
        _lab.Pass(TimeSpan.FromDays(1));
        await _lab.FlushAsync();

        Page<LastSeen> first = await Reports.LastSeenAsync(ServerAccess.Everything, null, limit: 2, cancellationToken: Cancel);
        Page<LastSeen> rest = await Reports.LastSeenAsync(ServerAccess.Everything, null, first.Next, 2, Cancel);
        Page<LastSeen> idle = await Reports.LastSeenAsync(ServerAccess.Everything, _lab.Now.AddDays(-30), cancellationToken: Cancel);

        Assert.Equal(["long gone", "here yesterday", "here all the time"], [.. first.Items.Select(name => name.CommonName), .. rest.Items.Select(name => name.CommonName)]);
        Assert.True(rest.Items[^1].IsConnected);
        Assert.Null(rest.Next);
        Assert.Equal((HistoryLab.Noon, 1, "paris"), (idle.Items.Single().Last, idle.Items.Single().Sessions, idle.Items.Single().LastServer));
    }

    [Fact]
    public async Task One_name_is_told_across_all_its_servers()
    {
        SessionIdentity one = _lab.Connect("alice", "paris", SampleSessions.Details with { Platform = "win · 2.5.1" });
        _lab.Pass(TimeSpan.FromMinutes(5));
        _lab.Move(one, 100, 0);
        _lab.Disconnect(one);
        SessionIdentity two = _lab.Connect("alice", "lyon");
        _lab.Pass(TimeSpan.FromMinutes(5));
        _lab.Move(two, 10, 0);
        _lab.Connect("bob");
        await _lab.FlushAsync();

        ClientRecord? alice = await Reports.ClientAsync(ServerAccess.Everything, "alice", Cancel);

        Assert.NotNull(alice);
        Assert.Equal((2, 110, true, HistoryLab.Noon, _lab.Now), (alice.Sessions, alice.ReceivedBytes, alice.IsConnected, alice.First, alice.Last));
        Assert.Equal(["lyon", "paris"], alice.Servers.Select(server => server.Value));
        Assert.Equal(["192.0.2.2", "192.0.2.1"], alice.Addresses.Select(address => address.Value));
        Assert.Equal(["linux 2.6.14", "win · 2.5.1"], alice.Platforms.Select(platform => platform.Value));
        Assert.Equal(["alice@example.net"], alice.Usernames);
        Assert.Null(await Reports.ClientAsync(ServerAccess.Everything, "nobody", Cancel));
    }
}
