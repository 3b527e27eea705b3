using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.History.Upkeep;
using Dashboard.Live;
using Dashboard.Tests.Access;
using Dashboard.Tests.History;
using Dashboard.Tests.Storage;

using Mgmt.Core;

using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Api;

/// <summary>History as a program reads it, from the whole application.</summary>
public sealed class HistoryApiTests(HistoryApiTests.Fixture fixture) : IClassFixture<HistoryApiTests.Fixture>
{
    private const string Sixty = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Long = Sixty + Sixty + Sixty + Sixty + Sixty;
    private const string Formula = "=HYPERLINK(\"http://example.net\";\"click\"), %_'";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Traffic_is_told_by_steps_with_the_sum_of_every_byte()
    {
        using JsonDocument traffic = await GetAsync("/api/v1/history/traffic?server=paris&step=minute");

        Assert.Equal(100, traffic.RootElement.GetProperty("receivedBytes").GetInt64());
        Assert.Equal("minute", traffic.RootElement.GetProperty("step").GetString());
        Assert.Equal(100, traffic.RootElement.GetProperty("points").EnumerateArray().Sum(point => point.GetProperty("receivedBytes").GetInt64()));
    }

    [Fact]
    public async Task Sessions_are_told_with_their_names_as_they_are()
    {
        using JsonDocument sessions = await GetAsync($"/api/v1/history/sessions?user={Uri.EscapeDataString(Formula)}");

        JsonElement session = Assert.Single(sessions.RootElement.GetProperty("items").EnumerateArray());
        Assert.Equal((Formula, "lyon", 7), (session.GetProperty("commonName").GetString(), session.GetProperty("server").GetString(), session.GetProperty("receivedBytes").GetInt64()));
        using JsonDocument same = await GetAsync($"/api/v1/history/sessions/{session.GetProperty("session").GetString()}");
        Assert.Equal("lyon", same.RootElement.GetProperty("server").GetString());
    }

    [Fact]
    public async Task A_table_holds_every_row_and_no_formula()
    {
        using HttpResponseMessage response = await fixture.Admin.GetAsync("/api/v1/history/sessions.csv", Cancel);
        string[] lines = (await response.Content.ReadAsStringAsync(Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("sessions.csv", response.Content.Headers.ContentDisposition?.FileName);
        Assert.StartsWith("session,server,commonName,", lines[0], StringComparison.Ordinal);
        Assert.Equal(3, lines.Length);
        Assert.Contains(lines, line => line.Contains(",\"'=HYPERLINK(\"\"http://example.net\"\";\"\"click\"\"), %_'\",", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_raw_minutes_of_each_session_add_up_to_its_counters()
    {
        string[] lines = (await fixture.Admin.GetStringAsync("/api/v1/history/minutes.csv?server=paris", Cancel)).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(100, lines.Skip(1).Sum(line => long.Parse(line.Split(',')[4], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("traffic")]
    [InlineData("traffic.csv")]
    [InlineData("top?subject=server")]
    [InlineData("top.csv")]
    [InlineData("concurrency")]
    [InlineData("concurrency.csv?zone=Europe/Paris")]
    [InlineData("billing?from=2026-01&to=2026-11")]
    [InlineData("billing.csv")]
    [InlineData("flapping?atLeast=2")]
    [InlineData("flapping.csv")]
    [InlineData("reconnects?user=alice&within=00:01:00")]
    [InlineData("reconnects.csv?user=alice&server=paris")]
    [InlineData("shared-names")]
    [InlineData("shared-names.csv")]
    [InlineData("last-seen?idleSince=2026-01-01")]
    [InlineData("last-seen.csv")]
    [InlineData("clients/alice")]
    [InlineData("failed-attempts")]
    [InlineData("failed-attempts.csv")]
    [InlineData("events?kind=log,state&level=warning&q=x")]
    [InlineData("events.csv")]
    [InlineData("sessions?open=true&q=%25&limit=1")]
    public async Task Every_report_can_be_had(string path)
    {
        using HttpResponseMessage response = await fixture.Admin.GetAsync("/api/v1/history/" + path, Cancel);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("traffic?from=2026-03-02&to=2026-03-01", "reversed")]
    [InlineData("traffic?from=2026-03-01&to=2026-03-01", "empty")]
    [InlineData("traffic?from=1066-10-14&to=1066-10-15", "before there was an OpenVPN")]
    [InlineData("traffic?from=2000-01-01", "five years")]
    [InlineData("traffic?from=0001-01-01&to=9999-12-31", "five years")]
    [InlineData("traffic?to=0001-01-01", "")]
    [InlineData("traffic?from=yesterday", "from")]
    [InlineData("traffic?from=1", "from")]
    [InlineData("traffic?step=7", "step")]
    [InlineData("traffic?step=fortnight", "step")]
    [InlineData("traffic?zone=Moon/Tycho", "zone")]
    [InlineData("traffic?form=2026-03-01", "form")]
    [InlineData("traffic?server=a&server=b", "more than once")]
    [InlineData("traffic.csv?from=2026-03-02&to=2026-03-01", "reversed")]
    [InlineData("minutes.csv?from=2026-03-02&to=2026-03-01", "reversed")]
    [InlineData("sessions.csv?q=" + Long, "longer than")]
    [InlineData("sessions?limit=0", "limit")]
    [InlineData("sessions?limit=many", "limit")]
    [InlineData("sessions?open=perhaps", "open")]
    [InlineData("sessions?cursor=!", "cursor")]
    [InlineData("top?limit=1001", "limit")]
    [InlineData("billing?from=2026-13", "from")]
    [InlineData("flapping?atLeast=1", "2 sessions")]
    [InlineData("reconnects", "user")]
    [InlineData("reconnects?user=a&within=2.00:00:00", "a day")]
    [InlineData("events?kind=99", "kind")]
    public async Task A_question_that_makes_no_sense_is_answered_with_what_is_wrong(string path, string words)
    {
        using HttpResponseMessage response = await fixture.Admin.GetAsync("/api/v1/history/" + path, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancel));
        Assert.Contains(words, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sessions/nonsense")]
    [InlineData("sessions/00000000000000000000000000000000")]
    [InlineData("clients/nobody")]
    [InlineData("clients/a%01%25_b")]
    public async Task What_nobody_has_seen_is_not_found(string path)
    {
        using HttpResponseMessage response = await fixture.Admin.GetAsync("/api/v1/history/" + path, Cancel);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_caller_who_is_limited_to_a_server_finds_no_trace_of_the_others()
    {
        string sessions = await fixture.OfLyon.GetStringAsync("/api/v1/history/sessions.csv", Cancel);
        string minutes = await fixture.OfLyon.GetStringAsync("/api/v1/history/minutes.csv", Cancel);
        using HttpResponseMessage alice = await fixture.OfLyon.GetAsync("/api/v1/history/clients/alice", Cancel);

        foreach (string table in (string[])[sessions, minutes])
        {
            Assert.Contains("lyon", table, StringComparison.Ordinal);
            Assert.DoesNotContain("paris", table, StringComparison.Ordinal);
        }
        Assert.Equal(HttpStatusCode.NotFound, alice.StatusCode);
    }

    private async Task<JsonDocument> GetAsync(string path) => JsonDocument.Parse(await fixture.Admin.GetStringAsync(path, Cancel));

    public sealed class Fixture : IAsyncLifetime
    {
        private const string LyonToken = "lyon-0123456789abcdef0123456789abcdef";
        private AccessApp _app = null!;

        public HttpClient Admin { get; private set; } = null!;

        /// <summary>Limited to one server.</summary>
        public HttpClient OfLyon { get; private set; } = null!;

        /// <summary>"alice" on paris with 100 bytes, and a name like a formula on lyon with 7.</summary>
        public async ValueTask InitializeAsync()
        {
            _app = await AccessApp.StartAsync(await TestDatabase.MigratedAsync(), builder => builder.Services.Configure<Dashboard.Access.AccessOptions>(options =>
                options.ApiTokens.Add(new() { Name = "lyon", Role = "Viewer", Token = LyonToken, Servers = ["lyon"] })));
            (Admin, OfLyon) = (Client(AccessApp.AdminToken), Client(LyonToken));
            HistoryWriter writer = _app.Services.GetRequiredService<HistoryWriter>();
            IFleetObserver fleet = writer;
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            foreach ((string server, string name, long received) in ((string, string, long)[])[("paris", "alice", 100), ("lyon", Formula, 7)])
            {
                SessionIdentity session = new(server, new ClientId(1), now.AddMinutes(-5), name, "192.0.2.1:1194");
                fleet.WatchChanged(server, watching: true, now.AddMinutes(-6));
                fleet.SessionSeen(session, SampleSessions.Details, now.AddMinutes(-5));
                fleet.CountersReported(session.Id, 0, 0, now.AddMinutes(-5));
                fleet.CountersReported(session.Id, received, 1, now.AddMinutes(-4));
            }
            await writer.FlushAsync(everything: true, Cancel);
            await _app.Services.GetRequiredService<HistoryUpkeep>().RunAsync(Cancel);
        }

        public async ValueTask DisposeAsync()
        {
            Admin.Dispose();
            OfLyon.Dispose();
            await _app.DisposeAsync();
        }

        private HttpClient Client(string token) => new() { BaseAddress = _app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }
}
