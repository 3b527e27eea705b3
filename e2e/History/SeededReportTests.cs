using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

using E2E.Browsers;
using E2E.Pages;
using E2E.Program;

using Microsoft.Playwright;

using Npgsql;

using static Microsoft.Playwright.Assertions;

namespace E2E.History;

/// <summary>
/// Every report drawn from a history that is known: an hour of two months ago, which the program's own command takes from a log of
/// statuses.
/// </summary>
public sealed class SeededReportTests(Browser browser)
{
    private const string ApiToken = "0123456789abcdef0123456789abcdef";

    // Ten in the morning (UTC) two months ago.
    private static readonly DateTimeOffset s_ten = new(DateTime.UtcNow.Date.AddDays(-60).AddHours(10), TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static string Period => $"from={Link(s_ten.AddHours(-1))}&to={Link(s_ten.AddHours(2))}";

    [Fact]
    public async Task Every_report_is_drawn_told_kept_by_its_address_and_exported()
    {
        object settings = new
        {
            Servers = new[] { new { Name = "paris", Endpoint = "unix:/nowhere/at/all" } },
            Access = new { ApiTokens = new[] { new { Name = "test", Token = ApiToken, Role = "Admin" } } },
        };
        DashboardProgram program = await DashboardProgram.StartAsync(settings, cancellationToken: Cancel);
        try
        {
            await using (Visit founder = await VisitAsync(program, "Europe/Paris"))
                await Account.CreateFirstAdministratorAsync(founder.Page, await program.WaitForFirstAdminLinkAsync(Cancel));
            await ImportAsync(program);
            await program.KillAsync();
            program = await DashboardProgram.StartAsync(settings, program, Cancel); // adds up at once
            await WhenAddedUpAsync(program);
            await FailAsync(program);

            await WalkAsync(program);
        }
        finally
        {
            TestContext.Current.TestOutputHelper?.WriteLine(program.Output);
            await program.DisposeAsync();
        }
    }

    private async Task WalkAsync(DashboardProgram program)
    {
        await using Visit visit = await VisitAsync(program, "Europe/Paris");
        await Account.SignInAsync(visit.Page);
        (string Address, string Table, string Row)[] reports =
        [
            ($"/reports?client=big&{Period}", "Traffic by step", "MB"),
            ($"/reports/top?{Period}", "The most traffic first", "big"),
            ($"/reports/concurrency?{Period}", "Peaks, the newest first", "4"),
            ($"/reports/billing?{Period}", "Months, the newest first", "paris"),
            ($"/reports/reconnects?{Period}", "The most sessions first", "flappy"),
            ($"/reports/reconnects?client=flappy&{Period}", "Chains, the newest first", "paris"),
            ($"/reports/shared?{Period}", "Overlaps, the longest first", "shared"),
            ("/reports/idle?by=30d", "Names, those gone the longest first", "flappy"),
            ("/reports/failed?range=1h", "The most attempts first", "203.0.113.9"),
        ];
        foreach ((string address, string table, string row) in reports)
            await DrawnAsync(visit, address, table, row);
        Assert.Empty(visit.Errors);

        // The same address for somebody at the other end of the world: the same hour, by their clock.
        await ClockAsync(visit, $"/reports/concurrency?{Period}", "Europe/Paris");
        await using Visit other = await VisitAsync(program, "Asia/Kolkata");
        await Account.SignInAsync(other.Page);
        await ClockAsync(other, $"/reports/concurrency?{Period}", "Asia/Kolkata");
        await LateClockAsync(other, $"/reports/concurrency?{Period}", "Asia/Kolkata");
        Assert.Empty(other.Errors);
    }

    private static async Task ImportAsync(DashboardProgram program)
    {
        string log = Path.Combine(program.Folder, "status.log");
        await File.WriteAllTextAsync(log, AnHour(), Cancel);
        (int code, string output) = await program.CommandAsync(["history", "import", "--server", "paris", log], Cancel);
        Assert.True(code == 0, output);
    }

    // No file of OpenVPN's tells of these.
    private static async Task FailAsync(DashboardProgram program)
    {
        await using NpgsqlDataSource database = await ProgramDatabase.OpenAsync(program, Cancel);
        await database.ExecuteAsync("""
            INSERT INTO event (at, server_id, kind, severity, client, address, text)
            SELECT now(), id, 4, 3, 'eve', '203.0.113.9:' || port, 'TLS Auth Error: Auth Username/Password verification failed for peer' FROM server, generate_series(4001, 4003) AS port
            """, Cancel);
    }

    private async Task<Visit> VisitAsync(DashboardProgram program, string timeZone)
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Light, program.Address.ToString(), timeZone);
        return new Visit(context, await context.NewPageAsync());
    }

    private static async Task DrawnAsync(Visit visit, string address, string table, string row)
    {
        await visit.GotoAsync(address);
        ILocator found = visit.Page.GetByRole(AriaRole.Table, new() { Name = table }).GetByRole(AriaRole.Row).Filter(new() { HasText = row }).First;
        await Expect(found).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".canvas[data-drawn]").First).ToBeAttachedAsync();
        string told = await found.InnerTextAsync();
        string there = visit.Page.Url;

        await visit.Page.ReloadAsync();
        await visit.Page.Locator("[data-interactive]").WaitForAsync();
        await Expect(found).ToBeVisibleAsync();
        Assert.Equal(there, visit.Page.Url);
        if (!address.Contains("idle", StringComparison.Ordinal)) // tells an age
            Assert.Equal(told, await found.InnerTextAsync());

        IReadOnlyList<ILocator> links = await visit.Page.Locator(".exports a").AllAsync();
        Assert.Equal(2, links.Count);
        foreach (ILocator link in links)
        {
            string target = new Uri(new Uri(there).GetLeftPart(UriPartial.Authority) + "/").AbsoluteUri + (await link.GetAttributeAsync("href"))!.TrimStart('/');
            IAPIResponse answer = await visit.Page.Context.APIRequest.GetAsync(target);
            string text = await answer.TextAsync();
            Assert.True(answer.Status == 200, $"{target}: {answer.Status} {text}");
            Assert.True(target.Contains(".csv", StringComparison.Ordinal) ? text.Trim().Split('\n').Length > 1 : text.Contains('{', StringComparison.Ordinal), $"{target}: {text}");
            if (row is "big" or "flappy" or "shared" or "203.0.113.9")
                Assert.Contains(row, text, StringComparison.Ordinal);
        }
    }

    private static async Task ClockAsync(Visit visit, string address, string zone)
    {
        await visit.GotoAsync(address);
        await Expect(visit.Page.GetByRole(AriaRole.Table, new() { Name = "Peaks, the newest first" })).ToContainTextAsync(Local(zone));
    }

    // On the first visit the server learns the zone when the page is there already, and drawn in UTC.
    private static async Task LateClockAsync(Visit visit, string address, string zone)
    {
        TaskCompletionSource drawn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await visit.Page.RouteAsync("**/Routes.razor*.js", async route =>
        {
            await drawn.Task;
            await route.ContinueAsync();
        });
        await visit.Page.Context.ClearCookiesAsync(new() { Name = "timeZone" });

        await visit.Page.GotoAsync(address);
        ILocator table = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Peaks, the newest first" });
        await Expect(table).ToContainTextAsync("10:00");
        drawn.SetResult();

        await Expect(table).ToContainTextAsync(Local(zone));
    }

    private static string Local(string zone) => TimeZoneInfo.ConvertTime(s_ten, TimeZoneInfo.FindSystemTimeZoneById(zone)).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static async Task WhenAddedUpAsync(DashboardProgram program)
    {
        using HttpClient api = new() { BaseAddress = program.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", ApiToken) } };
        string month = s_ten.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        await Eventually.ReadAsync(
            async () =>
            {
                using HttpResponseMessage answer = await api.GetAsync($"/api/v1/history/billing?from={month}&to={month}", Cancel);
                return await answer.Content.ReadAsStringAsync(Cancel);
            },
            text => text.Contains("paris", StringComparison.Ordinal), Cancel);
    }

    // A status each minute: one who moves a lot, one who comes eight times for three minutes, and two on one certificate.
    private static string AnHour()
    {
        StringBuilder log = new();
        for (int minute = 1; minute <= 41; minute++)
        {
            List<(string Name, int Cid, int Since, long Received)> clients = [];
            if (minute <= 40)
            {
                clients.Add(("big", 1, 0, minute * 1_000_000L));
                clients.Add(("shared", 2, 0, minute * 1000L));
                if (minute > 5)
                    clients.Add(("shared", 3, 5, (minute - 5) * 1000L));
                if (minute % 5 is 1 or 2 or 3)
                    clients.Add(("flappy", 10 + (minute / 5), minute / 5 * 5, minute % 5 * 100L));
            }
            log.Append(CultureInfo.InvariantCulture, $"TITLE,OpenVPN 2.6.14 x86_64-pc-linux-gnu\nTIME,then,{Seconds(minute)}\n");
            log.Append("HEADER,CLIENT_LIST,Common Name,Real Address,Virtual Address,Virtual IPv6 Address,Bytes Received,Bytes Sent,Connected Since,Connected Since (time_t),Username,Client ID,Peer ID,Data Channel Cipher\n");
            foreach ((string name, int cid, int since, long received) in clients)
                log.Append(CultureInfo.InvariantCulture, $"CLIENT_LIST,{name},198.51.100.{cid}:1194,10.8.0.{cid},,{received},{received / 10},then,{Seconds(since)},UNDEF,{cid},{cid},AES-256-GCM\n");
            log.Append("HEADER,ROUTING_TABLE,Virtual Address,Common Name,Real Address,Last Ref,Last Ref (time_t)\nGLOBAL_STATS,Max bcast/mcast queue length,0\nEND\n");
        }
        return log.ToString();
    }

    private static long Seconds(int minute) => s_ten.AddMinutes(minute).ToUnixTimeSeconds();

    private static string Link(DateTimeOffset at) => Uri.EscapeDataString(at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
}
