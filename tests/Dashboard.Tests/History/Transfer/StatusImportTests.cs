using System.Text;

using Dashboard.Access;
using Dashboard.History;
using Dashboard.History.Reports;
using Dashboard.History.Transfer;
using Dashboard.Live;

namespace Dashboard.Tests.History.Transfer;

/// <summary>Status files of the past, in a real PostgreSQL.</summary>
public sealed class StatusImportTests : IAsyncLifetime
{
    private const long T0 = 1_772_100_000; // 2026-02-26 10:00 UTC, three days before the lab's noon

    private HistoryLab _lab = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    [Theory]
    [InlineData(',')]
    [InlineData('\t')]
    public async Task A_log_of_statuses_becomes_sessions_with_their_counters_and_minutes(char separator)
    {
        string log = Status(T0 + 60, separator, ("alice", 1, T0, 100, 10), ("bob", 2, T0 + 30, 5, 5))
            + Status(T0 + 120, separator, ("alice", 1, T0, 300, 30))
            + Status(T0 + 180, separator, ("alice", 1, T0, 350, 31));

        (ImportSummary summary, List<string> problems) = await ImportAsync(log);

        Assert.Empty(problems);
        Assert.Equal((3, 2), (summary.Statuses, summary.Sessions));
        Assert.Equal([("alice", 350, 31), ("bob", 5, 5)], (await SessionsAsync()).Select(session => (session.CommonName, session.ReceivedBytes, session.SentBytes)).Order());
        SessionRecord bob = (await SessionsAsync()).Single(session => session.CommonName == "bob");
        Assert.Equal((Time(T0 + 60), Time(T0 + 120)), (bob.EndedNotBefore, bob.EndedNotAfter));
        Assert.Equal(355, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
        Assert.All(await SessionsAsync(), session => Assert.False(session.IsOpen));
    }

    [Fact]
    public async Task Taking_the_same_file_again_adds_nothing()
    {
        string log = Status(T0 + 60, ',', ("alice", 1, T0, 100, 10)) + Status(T0 + 120, ',', ("alice", 1, T0, 300, 30));
        await ImportAsync(log);

        await ImportAsync(log);
        await ImportAsync(log + Status(T0 + 180, ',', ("alice", 1, T0, 400, 40)));

        Assert.Equal([(400, 40)], (await SessionsAsync()).Select(session => (session.ReceivedBytes, session.SentBytes)));
        Assert.Equal(400, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
    }

    [Theory]
    [InlineData(false, ',')]
    [InlineData(false, '\t')]
    [InlineData(true, ',')]
    public async Task A_file_that_is_cut_anywhere_gives_its_whole_rows_and_tells_the_rest_by_line(bool isVersion1, char separator)
    {
        string One(long at, long received, long sent) => isVersion1 ? Version1(at, ("alice", "192.0.2.1:1194", T0, received, sent)) : Status(at, separator, ("alice", 1, T0, received, sent));
        string first = One(T0 + 60, 100, 10);
        string log = first + One(T0 + 120, 300, 30);
        int firstRow = log.IndexOf("alice", first.Length, StringComparison.Ordinal);
        int endOfRow = log.IndexOf('\n', firstRow);
        for (int length = first.Length; length <= log.Length; length += 7)
        {
            string cut = log[..length];
            await _lab.ExecuteAsync("TRUNCATE session, traffic, watch CASCADE");

            (ImportSummary summary, List<string> problems) = await ImportAsync(cut);

            SessionRecord alice = Assert.Single(await SessionsAsync());
            Assert.Equal(length > endOfRow ? (300, 30) : (100, 10), (alice.ReceivedBytes, alice.SentBytes));
            Assert.Equal(alice.ReceivedBytes, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
            Assert.InRange(summary.Statuses, 1, 2);
            bool cutsALine = cut[^1] != '\n' && !cut.EndsWith("\nEND", StringComparison.Ordinal);
            Assert.Equal(cutsALine ? [$"{cut.Count(c => c == '\n') + 1}"] : [], problems.Select(problem => problem.Split(':')[0]).Where(line => line != "0"));
        }
    }

    [Fact]
    public async Task What_was_watched_live_is_not_counted_again_from_version_1_and_keeps_its_end()
    {
        SessionIdentity alice = _lab.Connect("alice"); // CID 0, and the next one has CID 1
        SessionIdentity bob = _lab.Connect("bob");
        _lab.Pass(TimeSpan.FromMinutes(2));
        _lab.Move(alice, 100, 10);
        _lab.Move(bob, 300, 30);
        _lab.Pass(TimeSpan.FromSeconds(7));
        _lab.Disconnect(bob, "SIGTERM[soft,remote-exit]");
        DateTimeOffset end = _lab.Now;
        await _lab.FlushAsync();
        _lab.Pass(TimeSpan.FromHours(3));
        long noon = HistoryLab.Noon.ToUnixTimeSeconds();

        await ImportAsync(Version1(noon + 60, ("alice", alice.RealAddress, noon, 50, 5), ("bob", bob.RealAddress, noon, 150, 15)) + Version1(noon + 150, ("alice", alice.RealAddress, noon, 120, 12)));

        SessionRecord[] sessions = await SessionsAsync();
        Assert.Equal([(alice.Id, 120, 12), (bob.Id, 300, 30)], sessions.OrderBy(session => session.CommonName, StringComparer.Ordinal).Select(session => (session.Session, session.ReceivedBytes, session.SentBytes)));
        Assert.Equal((end, end, "SIGTERM[soft,remote-exit]"), sessions.Where(session => session.CommonName == "bob").Select(session => (session.EndedNotBefore, session.EndedNotAfter, session.EndReason)).Single());
        Assert.All(sessions, session => Assert.Equal("alice@example.net", session.Username));
        Assert.Equal(420, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
    }

    [Fact]
    public async Task Devices_of_one_name_that_came_in_the_same_second_are_told_apart_by_their_address_in_version_1()
    {
        string log = Version1(T0 + 60, ("shared", "192.0.2.1:1194", T0, 100, 1), ("shared", "192.0.2.2:1194", T0, 1000, 1))
            + Version1(T0 + 120, ("shared", "192.0.2.2:1194", T0, 2000, 2), ("shared", "198.51.100.7:5000", T0, 300, 3)); // the first has moved

        await ImportAsync(log);
        await ImportAsync(log);

        Assert.Equal([300, 2000], (await SessionsAsync()).Select(session => session.ReceivedBytes).Order());
        Assert.Equal(2300, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_gone_in_the_next_file_went_between_the_two_whenever_it_is_taken(bool atOnce)
    {
        string first = Status(T0 + 60, ',', ("alice", 1, T0, 100, 10), ("bob", 2, T0, 1, 1));
        string second = Status(T0 + 7200, ',', ("bob", 2, T0, 2, 2));

        if (atOnce)
        {
            await ImportAsync([first, second]);
        }
        else
        {
            await ImportAsync(first);
            await ImportAsync(second);
        }

        SessionRecord alice = (await SessionsAsync()).Single(session => session.CommonName == "alice");
        Assert.Equal(Time(T0 + 60), alice.EndedNotBefore);
        Assert.Equal(Time(T0 + 7200), alice.EndedNotAfter);
        SessionRecord bob = (await SessionsAsync()).Single(session => session.CommonName == "bob");
        Assert.Equal((Time(T0 + 7200), _lab.Now), (bob.EndedNotBefore, bob.EndedNotAfter));
    }

    [Fact]
    public async Task Files_in_the_wrong_order_tell_the_same()
    {
        string first = Status(T0 + 60, ',', ("alice", 1, T0, 100, 10), ("bob", 2, T0, 1, 1));
        string second = Status(T0 + 7200, ',', ("bob", 2, T0, 2, 2)) + Status(T0 + 7260, ',');

        (_, List<string> problems) = await ImportAsync([second, first]);

        Assert.Empty(problems);
        SessionRecord[] sessions = [.. (await SessionsAsync()).OrderBy(session => session.CommonName, StringComparer.Ordinal)];
        Assert.Equal((Time(T0 + 60), Time(T0 + 7200)), (sessions[0].EndedNotBefore, sessions[0].EndedNotAfter));
        Assert.Equal((Time(T0 + 7200), Time(T0 + 7260)), (sessions[1].EndedNotBefore, sessions[1].EndedNotAfter));
        Assert.Equal(102, sessions.Sum(session => session.ReceivedBytes));
    }

    [Fact]
    public async Task A_log_that_is_written_in_pieces_is_watched_no_longer_than_its_statuses_go()
    {
        await ImportAsync([Status(T0 + 60, ',', ("alice", 1, T0, 100, 10)) + Status(T0 + 120, ',', ("alice", 1, T0, 200, 20)) + Status(T0 + 180, ',', ("alice", 1, T0, 300, 30))], maxWaiting: -1);

        Assert.Equal(Time(T0 + 180).UtcDateTime, await _lab.ScalarAsync<DateTime>("SELECT max(until) FROM watch"));
        Assert.Equal(TimeSpan.FromMinutes(2), await _lab.ScalarAsync<TimeSpan>("SELECT sum(until - began) FROM watch"));
        Assert.Equal(300, await _lab.ScalarAsync<long>("SELECT sum(received)::bigint FROM traffic"));
        Assert.Equal(Time(T0).UtcDateTime, await _lab.ScalarAsync<DateTime>("SELECT gap_from FROM traffic WHERE gap_from IS NOT NULL")); // before the first status, and no other
    }

    [Fact]
    public async Task Version_1_is_read_with_the_servers_own_times()
    {
        const string Old = """
            OpenVPN CLIENT LIST
            Updated,Thu Feb 26 11:05:00 2026
            Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since
            alice,192.0.2.1:1194,100,10,Thu Feb 26 11:00:00 2026
            mallory,192.0.2.2:1194,many,10,Thu Feb 26 11:00:00 2026
            ROUTING TABLE
            Virtual Address,Common Name,Real Address,Last Ref
            10.8.0.2,alice,192.0.2.1:1194,Thu Feb 26 11:04:00 2026
            GLOBAL STATS
            Max bcast/mcast queue length,0
            END

            """;

        (_, List<string> problems) = await ImportAsync(Old, "Europe/Paris");

        SessionRecord alice = Assert.Single(await SessionsAsync());
        Assert.Equal((new DateTimeOffset(2026, 2, 26, 10, 0, 0, TimeSpan.Zero), 100), (alice.ConnectedSince, alice.ReceivedBytes));
        Assert.StartsWith("5: ", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_and_things_that_are_no_status_do_no_harm()
    {
        (ImportSummary summary, List<string> problems) = await ImportAsync("hello\n\0\n" + Status(T0 + 60, '\t', ("'; DROP TABLE session; --", 1, T0, 1, 1), ("%_\\\"", 2, T0, 1, 1)) + "goodbye");

        Assert.Equal((1, 2), (summary.Statuses, summary.Sessions));
        Assert.Equal(["1", "2", "11"], problems.Select(problem => problem.Split(':')[0]));
        Assert.Equal(2, (await SessionsAsync()).Length);
    }

    [Fact]
    public async Task Every_hour_of_a_log_counts_though_nothing_moved()
    {
        await ImportAsync(string.Concat(Enumerable.Range(0, 37).Select(i => Status(T0 + (i * 300), ',', ("alice", 1, T0, 100, 10)))));

        await _lab.Dashboard.Upkeep.RunAsync(Cancel);

        Assert.Equal(3, await _lab.CountAsync("server_hour WHERE server_id <> 0 AND peak_clients = 1"));
    }

    [Fact]
    public async Task A_dashboard_that_writes_to_the_same_session_meanwhile_is_no_reason_to_give_up()
    {
        using HistoryProcess process = Program();
        StatusImport import = Import(process);
        await TakeAsync(import, Status(T0 + 60, ',', ("alice", 1, T0, 100, 10)));
        SessionIdentity alice = new("paris", new Mgmt.Core.ClientId(1), Time(T0), "alice", "192.0.2.1:1194");
        _lab.Watch();
        _lab.Process.Fleet.SessionSeen(alice, SampleSessions.Details, _lab.Now);
        _lab.Process.Fleet.CountersReported(alice.Id, 1000, 100, _lab.Now);
        await _lab.FlushAsync();

        await TakeAsync(import, Status(T0 + 120, ',', ("alice", 1, T0, 300, 30)));
        await import.FinishAsync(Cancel);

        Assert.Equal([(1000, 100)], (await SessionsAsync()).Select(session => (session.ReceivedBytes, session.SentBytes)));
        Assert.Equal(1000, await _lab.SumAsync("traffic"));
    }

    [Fact]
    public async Task A_day_that_is_cleared_up_between_two_files_is_no_reason_to_give_up()
    {
        _lab.Pass(TimeSpan.FromDays(45)); // minutes of then are not kept any more
        using HistoryProcess process = Program();
        StatusImport import = Import(process);
        await TakeAsync(import, Status(T0 + 60, ',', ("alice", 1, T0, 100, 10)));
        await _lab.Dashboard.Upkeep.RunAsync(Cancel);
        Assert.Equal(0, await _lab.SumAsync("traffic"));

        await TakeAsync(import, Status(T0 + 120, ',', ("alice", 1, T0, 300, 30)));
        await import.FinishAsync(Cancel);
        await _lab.Dashboard.Upkeep.RunAsync(Cancel);

        Assert.Equal([(300, 30)], (await SessionsAsync()).Select(session => (session.ReceivedBytes, session.SentBytes)));
        Assert.Equal(300, await _lab.SumAsync("traffic_hour"));
    }

    private static string Status(long at, char separator, params (string Name, uint Cid, long Since, long Received, long Sent)[] clients)
    {
        StringBuilder text = new();
        void Line(params object[] fields) => text.AppendJoin(separator, fields).Append('\n');
        Line("TITLE", "OpenVPN 2.6.14 x86_64-pc-linux-gnu");
        Line("TIME", "2026-02-26 10:00:00", at);
        Line("HEADER", "CLIENT_LIST", "Common Name", "Real Address", "Virtual Address", "Virtual IPv6 Address", "Bytes Received", "Bytes Sent", "Connected Since", "Connected Since (time_t)", "Username", "Client ID", "Peer ID", "Data Channel Cipher");
        foreach ((string name, uint cid, long since, long received, long sent) in clients)
            Line("CLIENT_LIST", name, $"192.0.2.{cid}:1194", "10.8.0.2", "", received, sent, "2026-02-26 10:00:00", since, "UNDEF", cid, 0, "AES-256-GCM");
        Line("HEADER", "ROUTING_TABLE", "Virtual Address", "Common Name", "Real Address", "Last Ref", "Last Ref (time_t)");
        Line("GLOBAL_STATS", "Max bcast/mcast queue length", 0);
        Line("END");
        return text.ToString();
    }

    private static string Version1(long at, params (string Name, string Address, long Since, long Received, long Sent)[] clients)
    {
        static string Local(long seconds) => Time(seconds).ToString("ddd MMM d HH:mm:ss yyyy", System.Globalization.CultureInfo.InvariantCulture);
        string rows = string.Concat(clients.Select(client => $"{client.Name},{client.Address},{client.Received},{client.Sent},{Local(client.Since)}\n"));
        return $"OpenVPN CLIENT LIST\nUpdated,{Local(at)}\nCommon Name,Real Address,Bytes Received,Bytes Sent,Connected Since\n{rows}"
            + "ROUTING TABLE\nVirtual Address,Common Name,Real Address,Last Ref\nGLOBAL STATS\nMax bcast/mcast queue length,0\nEND\n";
    }

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private Task<(ImportSummary Summary, List<string> Problems)> ImportAsync(string text, string zone = "UTC") => ImportAsync([text], zone);

    /// <summary>Each import is a program of its own.</summary>
    private async Task<(ImportSummary Summary, List<string> Problems)> ImportAsync(string[] files, string zone = "UTC", int maxWaiting = 200_000)
    {
        using HistoryProcess process = Program();
        StatusImport import = Import(process, zone, maxWaiting);
        List<string> problems = [];
        ImportSummary summary = new(0, 0, null);
        foreach (string file in files)
            summary = await import.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), (number, row) => problems.Add($"{number}: {row.Reason}"), Cancel);
        await import.FinishAsync(Cancel);
        return (summary, problems);
    }

    private HistoryProcess Program() => new(new PostgresHistoryStore(_lab.Dashboard.DataSource) { KeepsEnds = true }, _lab.Time);

    private StatusImport Import(HistoryProcess process, string zone = "UTC", int maxWaiting = 200_000) =>
        new("paris", process.Writer, process.Ledger, _lab.Dashboard.DataSource, _lab.Time, TimeZoneInfo.FindSystemTimeZoneById(zone)) { MaxWaiting = maxWaiting };

    private static Task<ImportSummary> TakeAsync(StatusImport import, string file) =>
        import.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(file)), (_, row) => Assert.Fail(row.Reason), Cancel);

    private async Task<SessionRecord[]> SessionsAsync() =>
        [.. (await _lab.Dashboard.SessionReports.FindAsync(ServerAccess.Everything, new SessionQuery(HistoryRange.Create(Time(T0).AddDays(-1), _lab.Now.AddDays(1))), Cancel)).Items];
}
