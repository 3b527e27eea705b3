using System.Text;

using Dashboard.Access;
using Dashboard.History.Reports;
using Dashboard.History.Transfer;

using Mgmt.Core.Status;

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

    [Fact]
    public async Task A_file_that_is_cut_anywhere_gives_its_whole_rows_and_tells_the_rest_by_line()
    {
        string first = Status(T0 + 60, ',', ("alice", 1, T0, 100, 10));
        string log = first + Status(T0 + 120, ',', ("alice", 1, T0, 300, 30));
        for (int length = first.Length; length < log.Length; length += 7)
        {
            List<(long Number, MalformedRow Row)> problems = [];
            StatusReply[] statuses = [.. StatusFileReader.Read(new MemoryStream(Encoding.UTF8.GetBytes(log[..length])), (number, row) => problems.Add((number, row)))];

            Assert.Equal(100, statuses[0].Clients.Single().BytesReceived);
            Assert.All(statuses.Skip(1).SelectMany(status => status.Clients), client => Assert.Equal((300, 30), (client.BytesReceived, client.BytesSent)));
            bool cutsALine = log[length - 1] != '\n' && !log[..length].EndsWith("\nEND", StringComparison.Ordinal);
            Assert.Equal(cutsALine ? [log[..length].Count(c => c == '\n') + 1] : [], problems.Select(problem => problem.Number));
        }
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

    private static DateTimeOffset Time(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);

    private async Task<(ImportSummary Summary, List<string> Problems)> ImportAsync(string text, string zone = "UTC")
    {
        using HistoryProcess process = new(_lab.Dashboard.Store, _lab.Time); // each import is a program of its own
        StatusImport import = new(process.Writer, process.Ledger, _lab.Dashboard.DataSource, _lab.Time, TimeZoneInfo.FindSystemTimeZoneById(zone));
        List<string> problems = [];
        ImportSummary summary = await import.RunAsync("paris", new MemoryStream(Encoding.UTF8.GetBytes(text)), (number, row) => problems.Add($"{number}: {row.Reason}"), Cancel);
        return (summary, problems);
    }

    private async Task<SessionRecord[]> SessionsAsync() =>
        [.. (await _lab.Dashboard.SessionReports.FindAsync(ServerAccess.Everything, new SessionQuery(HistoryRange.Create(Time(T0).AddDays(-1), _lab.Now.AddDays(1))), Cancel)).Items];
}
