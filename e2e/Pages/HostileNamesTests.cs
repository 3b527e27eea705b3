using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

using E2E.Browsers;
using E2E.Program;

using Microsoft.Playwright;

using Tests.Shared;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>A daemon whose every name, line and value is an attack on whoever looks at it, and a person who looks at every page.</summary>
public sealed class HostileNamesTests(Browser browser) : IAsyncLifetime
{
    private const string Token = "0123456789abcdef0123456789abcdef";
    private const string Markup = "<img src=x onerror=\"window.pwned=1\">";
    private const string Breakout = "'\"></td></title><script>window.pwned=2</script><svg onload=window.pwned=3>";
    private const string Reversed = "cod\u202Eexe.txt\u2066";
    private const string Terminal = "\u001b[2J\u001b]0;title\u0007red\u009b31m";
    private const string Formula = "=HYPERLINK(\"http://evil.example\",\"x\")";
    private const string Link = "javascript:window.pwned=4";
    private const string Server = "<svg onload=window.pwned=5>&amp;\"'";

    private static readonly string[] s_names = [Markup, Breakout, Reversed, Terminal, Formula, Link];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hostile-");
    private readonly FakeOpenVpnServer _daemon = new();
    private DashboardProgram _program = null!;
    private HttpClient _api = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        string socket = Path.Combine(_folder.FullName, "m.sock");
        _daemon.Version = "OpenVPN 2.6.14 " + Markup;
        _daemon.On("status 3", _daemon.Status(s_names.Select((name, i) => FakeOpenVpnServer.ClientRow((uint)i, name, received: 1000 * i, realAddress: $"198.51.100.{i + 1}:1194", username: name))));
        foreach (string command in (string[])["client-deny", "client-pending-auth", "client-kill"])
            _daemon.On(command, $"SUCCESS: {command} {Markup}\r\n");
        _daemon.ListenUnix(socket);
        _program = await DashboardProgram.StartAsync(new
        {
            Servers = new object[] { new { Name = Server, Endpoint = $"unix:{socket}", Approval = "Ask", ApprovalDeadline = "00:05:00" } },
            Access = new { ApiTokens = new[] { new { Name = Breakout[..60], Token, Role = "Admin" } } },
        }, cancellationToken: Cancel);
        _api = new HttpClient { BaseAddress = _program.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", Token) } };
    }

    public async ValueTask DisposeAsync()
    {
        _api?.Dispose();
        if (_program is not null)
            await _program.DisposeAsync();
        await _daemon.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task No_name_runs_turns_or_colours_anything_on_any_page()
    {
        await using Visit visit = await SignInAsync();
        await SayEverythingAsync();
        string server = $"/servers/{Uri.EscapeDataString(Server)}";
        string[] pages =
        [
            "/", server, .. ((string[])["log", "echo", "control", "console", "diagnosis"]).Select(tab => $"{server}?tab={tab}"),
            .. s_names.Select(name => "/clients/" + Uri.EscapeDataString(name)), .. s_names.Select(name => $"{server}?q={Uri.EscapeDataString(name)}"),
            .. ((string[])["", "/top", "/concurrency", "/billing", "/reconnects", "/shared", "/idle", "/failed"]).Select(kind => "/reports" + kind),
            "/approvals", "/audit", "/sessions", "/events", "/settings/users", "/settings/tokens", "/settings/history", "/account",
        ];
        Dictionary<string, string> shown = new(StringComparer.Ordinal);

        foreach (string page in pages)
        {
            await visit.Page.GotoAsync(page);
            await Expect(visit.Page.Locator("h1").First).ToBeAttachedAsync();
            if (!page.StartsWith("/account", StringComparison.Ordinal))
                await visit.Page.Locator("[data-interactive]").WaitForAsync();
            foreach (ILocator chart in await visit.ChartsAsync())
                await chart.HoverAsync(new() { Force = true }); // what stands under the pointer shows names, too
            await AssertHarmlessAsync(visit.Page, page);
            shown[page] = await visit.Page.Locator("body").InnerTextAsync();
        }

        // They were really there.
        Assert.Contains(Markup, shown[server], StringComparison.Ordinal);
        Assert.Contains("cod‹202E›exe.txt‹2066›", shown[server], StringComparison.Ordinal);
        Assert.Contains("‹001B›[2J", shown[$"{server}?tab=log"], StringComparison.Ordinal);
        Assert.Contains(Markup, shown["/approvals"], StringComparison.Ordinal);
        Assert.Contains(Markup, shown["/audit"], StringComparison.Ordinal);
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task No_table_that_is_downloaded_is_a_page_or_holds_a_formula()
    {
        await SayEverythingAsync();
        string permissions = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "Dashboard.Tests", "Access", "permissions.txt"), Cancel);
        string[] tables = [.. permissions.Split('\n').Where(static line => line.Contains(".csv: ", StringComparison.Ordinal)).Select(static line => line.Split(' ')[1].TrimEnd(':'))]; // each route is in there
        Assert.Contains("/api/v1/audit.csv", tables);
        await Eventually.ReadAsync(ReadTrailAsync, static trail => trail.Contains("'=HYPERLINK", StringComparison.Ordinal), Cancel); // it is really there

        foreach (string table in tables)
        {
            using HttpResponseMessage response = await _api.GetAsync(table.EndsWith("/reconnects.csv", StringComparison.Ordinal) ? $"{table}?user={Uri.EscapeDataString(Formula)}" : table, Cancel);
            string content = await response.Content.ReadAsStringAsync(Cancel);
            Assert.True(response.IsSuccessStatusCode, $"{table}: {content}");
            Assert.Equal(("text/csv", "attachment", "nosniff"), (response.Content.Headers.ContentType?.MediaType, response.Content.Headers.ContentDisposition?.DispositionType, string.Join(' ', response.Headers.GetValues("X-Content-Type-Options"))));
            Assert.DoesNotMatch("""(?m)(^|,)"?[=+@\t]""", content);
        }

        async Task<string> ReadTrailAsync()
        {
            using HttpResponseMessage trail = await _api.GetAsync("/api/v1/audit.csv", Cancel); // 503 until the database is there
            return await trail.Content.ReadAsStringAsync(Cancel);
        }
    }

    [Fact]
    public async Task No_answer_toast_or_dialog_runs_anything_either()
    {
        await using Visit visit = await SignInAsync();
        await SayEverythingAsync();
        await visit.GotoAsync("/approvals");

        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Deny javascript:" }).First.ClickAsync();
        ILocator dialog = visit.Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Textbox).First.FillAsync(Breakout);
        await AssertHarmlessAsync(visit.Page, "the question");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await Expect(dialog).ToContainTextAsync($"client-deny {Markup}");

        await AssertHarmlessAsync(visit.Page, "the answer");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task No_list_that_opens_runs_turns_or_colours_anything_either()
    {
        await using Visit visit = await SignInAsync();
        await SayEverythingAsync();
        IPage page = visit.Page;

        await visit.GotoAsync("/sessions");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Server", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = Server })).ToBeVisibleAsync();
        await AssertHarmlessAsync(page, "the list of servers");
        await page.GetByRole(AriaRole.Option, new() { Name = Server }).ClickAsync();
        await page.WaitForURLAsync(static address => address.Contains("server=", StringComparison.Ordinal)); // else the choice would take along what is typed next
        await AssertHarmlessAsync(page, "the chosen server");

        await page.GetByRole(AriaRole.Combobox, new() { Name = "Client", Exact = true }).FillAsync("pwned=1");
        await page.GetByRole(AriaRole.Option, new() { Name = Markup }).ClickAsync();
        await AssertHarmlessAsync(page, "the chosen client");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Client", Exact = true }).FillAsync("cod");
        await Expect(page.GetByRole(AriaRole.Option, new() { Name = "cod‹202E›exe.txt‹2066›" })).ToBeVisibleAsync();
        await AssertHarmlessAsync(page, "the list of clients");

        await page.GetByLabel("Find a client, address or server").FillAsync("window");
        await Expect(page.GetByRole(AriaRole.Option).Filter(new() { HasText = Markup })).ToBeVisibleAsync();
        await AssertHarmlessAsync(page, "what is found");

        await visit.GotoAsync($"/servers/{Uri.EscapeDataString(Server)}?tab=control");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "To", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Option).Filter(new() { HasText = Breakout }).ClickAsync();
        await AssertHarmlessAsync(page, "the target of a push");
        Assert.Empty(visit.Errors);
    }

    // Waiting clients, log, echo, state, a block and what is put on record about it.
    private async Task SayEverythingAsync()
    {
        await Eventually.ReadAsync(() => _api.GetStringAsync("/api/v1/servers", Cancel), servers => servers.Contains("\"live\"", StringComparison.OrdinalIgnoreCase), Cancel);
        foreach ((string name, int i) in s_names.Select(static (name, i) => (name, i)))
        {
            await _daemon.SayAsync($">LOG:1795214517,W,{name}/198.51.100.1:1194 {name}\r\n>ECHO:1795214517,msg {name}\r\n", Cancel);
            await _daemon.SayAsync(
                $">CLIENT:CONNECT,{i + 100},1\r\n>CLIENT:ENV,untrusted_ip=198.51.100.9\r\n>CLIENT:ENV,untrusted_port=1194\r\n>CLIENT:ENV,common_name={name}\r\n>CLIENT:ENV,username={name}\r\n"
                + $">CLIENT:ENV,password=x\r\n>CLIENT:ENV,IV_PLAT={name}\r\n>CLIENT:ENV,IV_VER={name}\r\n>CLIENT:ENV,IV_GUI_VER={name}\r\n>CLIENT:ENV,END\r\n", Cancel);
            await _daemon.SayAsync($">NOTIFY:info,remote-exit,{name}\r\n>BYTECOUNT_CLI:{name}\r\n>FROM_THE_FUTURE:{name}\r\n", Cancel);
        }
        await _daemon.SayAsync($">STATE:1795214517,CONNECTED,{Markup},10.80.0.1,,,,\r\n", Cancel);
        foreach (string name in (string[])[Markup, Breakout, Formula])
            (await _api.PostAsJsonAsync("/api/v1/blocks", new { commonName = name[..Math.Min(60, name.Length)] + "!", server = (string?)null, @for = "untilLifted", reason = name }, Cancel)).EnsureSuccessStatusCode();
        await Eventually.ReadAsync(
            async () => (await _api.GetFromJsonAsync<JsonElement[]>("/api/v1/approvals", Cancel))!.Length, static waiting => waiting == s_names.Length, Cancel);
    }

    private static async Task AssertHarmlessAsync(IPage page, string where)
    {
        string[] found = await page.EvaluateAsync<string[]>("""
            () => {
                const found = [];
                if (window.pwned !== undefined) found.push(`script ${window.pwned} ran`);
                for (const element of document.querySelectorAll('img[onerror], svg[onload], script:not([src]), [href^="javascript:"], [src^="javascript:"]'))
                    found.push(`element ${element.outerHTML.slice(0, 100)}`);
                const hidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
                for (const element of document.querySelectorAll('body *')) {
                    for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
                        if (hidden.test(element.getAttribute(name) ?? '')) found.push(`${name} ${JSON.stringify(element.getAttribute(name))}`);
                    for (const node of element.childNodes)
                        if (node.nodeType === Node.TEXT_NODE && element.tagName !== 'SCRIPT' && hidden.test(node.data)) found.push(`text ${JSON.stringify(node.data)} in ${element.tagName}`);
                }
                if (hidden.test(document.title)) found.push('title of the page');
                return found;
            }
            """);
        Assert.True(found.Length == 0, $"{where}: {string.Join("; ", found)}");
    }

    private async Task<Visit> SignInAsync()
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Light, _program.Address.ToString());
        var visit = new Visit(context, await context.NewPageAsync());
        await Account.CreateFirstAdministratorAsync(visit.Page, await _program.WaitForFirstAdminLinkAsync(Cancel));
        return visit;
    }
}
