using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

using E2E.Lab;
using E2E.Program;

namespace E2E.History;

/// <summary>
/// While real traffic flows the dashboard is killed, its PostgreSQL is killed or held, the line is cut and the daemon is restarted, at
/// random moments. Afterwards every session's rows add up to the last counters that the daemon reported for it.
/// </summary>
/// <remarks>
/// One thing cannot be had: what the daemon said last of a session that is over, to a dashboard that died before it wrote it. So the
/// daemon is restarted only when somebody listens, and the dashboard is killed only when what is over has been written. Of a client that
/// leaves by itself while no dashboard runs, no more is asked than that nothing is counted that was not told.
/// </remarks>
public sealed class ChaosTests
{
    private const string ApiToken = "0123456789abcdef0123456789abcdef";

    // CHAOS_SECONDS=3600 for an hour of it.
    private static readonly TimeSpan s_length = TimeSpan.FromSeconds(Number("CHAOS_SECONDS") ?? 150);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_byte_is_lost_or_counted_twice_whatever_dies()
    {
        int seed = Number("CHAOS_SEED") ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"CHAOS_SEED={seed}");
        Random random = new(seed);
        await using VpnLab lab = await VpnLab.UpAsync(new VpnLabOptions { Demo = true }, Cancel);
        await using ManagementRelay relay = new(Path.Combine(lab.Folder, "relay.sock"), lab.ManagementSocket);
        await using Dashboard dashboard = await Dashboard.StartAsync(relay.Path);
        List<string> done = [];
        Queue<int> faults = new();
        HashSet<ReportedSession> unheard = [];

        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < s_length;)
        {
            await Task.Delay(random.Next(500, 7000), Cancel); // the moment is what is random here
            if (faults.Count == 0)
                faults = new Queue<int>(Shuffled(random, 5)); // each has its turn before one comes again
            int choice = faults.Dequeue();
            done.Add($"{clock.Elapsed.TotalSeconds:0.0} {choice}");
            switch (choice)
            {
                case 0:
                    IEnumerable<ReportedSession> over = await dashboard.WhenAllThatIsOverIsWrittenAsync(relay, unheard);
                    await dashboard.KillAndStartAsync();
                    await dashboard.WhenItListensAsync();
                    unheard.UnionWith(await dashboard.WithoutTheLivingAsync(relay.Counters.Keys.Except(over)));
                    break;
                case 1:
                    await dashboard.KillPostgresAsync();
                    break;
                case 2:
                    relay.Cut();
                    break;
                case 3:
                    await dashboard.HoldPostgresAsync(TimeSpan.FromSeconds(random.Next(10, 16)));
                    break;
                default:
                    await dashboard.WhenItListensAsync();
                    await (random.Next(2) == 0 ? lab.StopServerAsync(Cancel) : lab.CrashServerAsync(Cancel));
                    await lab.StartServerAsync(Cancel);
                    break;
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join("; ", done));
        await dashboard.WhenItListensAsync();
        await relay.EndLastLineAsync(() => lab.StopServerAsync(Cancel), Cancel); // the demo starts its server again

        Dictionary<ReportedSession, (long Received, long Sent)> reported = relay.Counters.ToDictionary();
        IReadOnlyDictionary<ReportedSession, WrittenSession> written = ImmutableDictionary<ReportedSession, WrittenSession>.Empty;
        await Eventually.ReadAsync(
            async () =>
            {
                written = await dashboard.ReadSessionsAsync();
                return reported.Keys.Except(unheard).Where(session => !(written.TryGetValue(session, out WrittenSession? row) && row.IsOver)).ToArray();
            },
            missing => missing.Length == 0, Cancel);
        Assert.True(reported.Count > 3, $"Only {reported.Count} sessions.");
        Assert.Contains(reported.Values, counters => counters.Received > 100_000);
        var wrong = reported.Keys.Union(written.Keys)
            .Select(session => (Session: session, Told: reported.GetValueOrDefault(session), Written: Counters(written.GetValueOrDefault(session)))) // of who only came and went no counter was told
            .Where(pair => unheard.Contains(pair.Session) ? pair.Written.Received > pair.Told.Received || pair.Written.Sent > pair.Told.Sent : pair.Written != pair.Told).ToArray();
        Assert.Empty(wrong);
        Assert.Equal(
            written.Values.Where(session => session.Received > 0 || session.Sent > 0).Select(session => (session.Id, session.Received, session.Sent)).OrderBy(session => session.Id, StringComparer.Ordinal),
            (await dashboard.ReadRowSumsAsync()).OrderBy(session => session.Id, StringComparer.Ordinal));
    }

    private static (long Received, long Sent) Counters(WrittenSession? session) => session is null ? (0, 0) : (session.Received, session.Sent);

    private static int[] Shuffled(Random random, int count)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        random.Shuffle(numbers);
        return numbers;
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } given ? int.Parse(given, CultureInfo.InvariantCulture) : null;

    /// <summary>A session as history has it.</summary>
    private sealed record WrittenSession(string Id, bool IsOver, long Received, long Sent);

    /// <summary>The real program on the relay's socket.</summary>
    private sealed class Dashboard(object settings, DashboardProgram program) : IAsyncDisposable
    {
        private DashboardProgram _program = program;
        private HttpClient _api = Talk(program);

        public static async Task<Dashboard> StartAsync(string socket)
        {
            object settings = new
            {
                Servers = new[] { new { Name = "paris", Endpoint = $"unix:{socket}", ByteCountInterval = "00:00:01", StatusInterval = "00:00:03" } },
                Access = new { ApiTokens = new[] { new { Name = "test", Token = ApiToken, Role = "Viewer" } } },
            };
            return new Dashboard(settings, await DashboardProgram.StartAsync(settings, cancellationToken: Cancel));
        }

        public async Task KillAndStartAsync()
        {
            await _program.KillAsync();
            _api.Dispose();
            _program = await DashboardProgram.StartAsync(settings, _program, Cancel);
            _api = Talk(_program);
        }

        /// <summary>No warning at all; the dashboard starts it again.</summary>
        public async Task KillPostgresAsync()
        {
            if (await ProgramDatabase.ProcessesAsync(_program, Cancel) is [var postmaster, ..]) // else it has not come back from the last time
                await ProgramDatabase.SignalAsync("KILL", [postmaster], Cancel);
        }

        /// <summary>It is there and says nothing, as on a disk that hangs.</summary>
        public async Task HoldPostgresAsync(TimeSpan length)
        {
            int[] processes = await ProgramDatabase.ProcessesAsync(_program, Cancel);
            if (processes.Length == 0)
                return;
            await ProgramDatabase.SignalAsync("STOP", processes, Cancel);
            try
            {
                await Task.Delay(length, Cancel);
            }
            finally
            {
                await ProgramDatabase.SignalAsync("CONT", processes, CancellationToken.None);
            }
        }

        /// <summary>What the dashboard knows is what the daemon says.</summary>
        public async Task WhenItListensAsync() => await Eventually.ReadAsync(
            async () =>
            {
                using HttpResponseMessage response = await _api.GetAsync("/api/v1/servers/paris", Cancel);
                using JsonDocument server = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
                return server.RootElement.GetProperty("status").GetString() is "live" && server.RootElement.GetProperty("clients").ValueKind is JsonValueKind.Number;
            },
            listens => listens, Cancel);

        /// <summary>History has every session of which the daemon has told, and those that are over to the last byte, but for the <paramref name="unheard"/>.</summary>
        /// <returns>Those that are over.</returns>
        public async Task<IEnumerable<ReportedSession>> WhenAllThatIsOverIsWrittenAsync(ManagementRelay relay, HashSet<ReportedSession> unheard)
        {
            await WhenItListensAsync();
            IReadOnlyDictionary<ReportedSession, WrittenSession> written = ImmutableDictionary<ReportedSession, WrittenSession>.Empty;
            await Eventually.ReadAsync(
                async () =>
                {
                    HashSet<(uint, string)> living = await LivingAsync();
                    written = await ReadSessionsAsync();
                    return relay.Counters.Where(pair => !unheard.Contains(pair.Key) && !IsWritten(pair)).Select(pair => (Told: pair, Written: written.GetValueOrDefault(pair.Key))).ToArray();

                    bool IsWritten(KeyValuePair<ReportedSession, (long, long)> told) =>
                        written.TryGetValue(told.Key, out WrittenSession? session)
                        && (session.IsOver ? Counters(session) == told.Value : living.Contains((told.Key.Cid, told.Key.CommonName)));
                },
                missing => missing.Length == 0, Cancel);
            return written.Where(pair => pair.Value.IsOver).Select(pair => pair.Key);
        }

        public async Task<IEnumerable<ReportedSession>> WithoutTheLivingAsync(IEnumerable<ReportedSession> sessions)
        {
            HashSet<(uint, string)> living = await LivingAsync();
            return sessions.Where(session => !living.Contains((session.Cid, session.CommonName)));
        }

        public async Task<IReadOnlyDictionary<ReportedSession, WrittenSession>> ReadSessionsAsync()
        {
            using HttpResponseMessage response = await _api.GetAsync("/api/v1/history/sessions?limit=1000", Cancel);
            if (!response.IsSuccessStatusCode)
                return new Dictionary<ReportedSession, WrittenSession>(); // PostgreSQL is on its way
            using JsonDocument answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
            return answer.RootElement.GetProperty("items").EnumerateArray().ToDictionary(
                session => new ReportedSession(session.GetProperty("cid").GetUInt32(), session.GetProperty("commonName").GetString()!, session.GetProperty("connectedSince").GetDateTimeOffset().ToUnixTimeSeconds()),
                session => new WrittenSession(
                    session.GetProperty("session").GetString()!, session.GetProperty("endedNotAfter").ValueKind is not JsonValueKind.Null,
                    session.GetProperty("receivedBytes").GetInt64(), session.GetProperty("sentBytes").GetInt64()));
        }

        /// <summary>The raw rows, added up by session.</summary>
        public async Task<IEnumerable<(string Id, long Received, long Sent)>> ReadRowSumsAsync() =>
            (await _api.GetStringAsync("/api/v1/history/minutes.csv", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(line => line.Split(','))
                .GroupBy(fields => fields[1].Trim('"'), (id, rows) => (id, rows.Sum(row => long.Parse(row[^4], CultureInfo.InvariantCulture)), rows.Sum(row => long.Parse(row[^3], CultureInfo.InvariantCulture))), StringComparer.Ordinal);

        public async ValueTask DisposeAsync()
        {
            _api.Dispose();
            await _program.DisposeAsync();
        }

        private async Task<HashSet<(uint Cid, string CommonName)>> LivingAsync()
        {
            using HttpResponseMessage response = await _api.GetAsync("/api/v1/servers/paris/clients", Cancel);
            Pages.ApiClient[] clients = response.IsSuccessStatusCode
                ? JsonSerializer.Deserialize<Pages.ApiClient[]>(await response.Content.ReadAsStringAsync(Cancel), JsonSerializerOptions.Web) ?? []
                : [];
            return [.. clients.Select(client => (client.Cid, client.CommonName))];
        }

        private static HttpClient Talk(DashboardProgram program) => new()
        {
            BaseAddress = program.Address,
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ApiToken) },
        };
    }
}
