using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>Letting in and keeping out: a person in front of real servers, one of which asks the dashboard who may come in.</summary>
[Collection<LiveDashboardTests>]
public sealed class GateTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _visit = await dashboard.SignInAsync(Screen.Light);

    public async ValueTask DisposeAsync()
    {
        await dashboard.LiftAllAsync(CancellationToken.None);
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task A_client_waits_for_a_person_who_lets_it_in_with_its_own_address()
    {
        await _visit.GotoAsync("/approvals");
        await dashboard.Gate.AddClientAsync("dora", Cancel);
        ILocator row = Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "dora" });
        await Expect(row).ToBeVisibleAsync();
        await Expect(row).ToContainTextAsync("198.51.100.");
        await Expect(row).ToContainTextAsync("it was told to wait");
        await Expect(Page.GetByRole(AriaRole.Link, new() { Name = "Approvals" })).ToContainTextAsync("1 client waiting");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Approve dora" }).ClickAsync();

        await Expect(Page.GetByText("client-auth command succeeded")).ToBeVisibleAsync();
        await Expect(row).Not.ToBeVisibleAsync();
        await Eventually.ReadAsync(() => dashboard.ReadClientsAsync("gate", Cancel), clients => clients.Any(client => client is { CommonName: "dora", VirtualAddress: "10.80.0.50" }), Cancel);
        await dashboard.Gate.StopClientAsync("dora", Cancel);
    }

    [Fact]
    public async Task A_client_about_whom_nobody_decides_in_time_is_refused_and_leaves_the_page()
    {
        await _visit.GotoAsync("/approvals");
        await dashboard.Hasty.AddClientAsync("gina", Cancel);
        ILocator row = Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "gina" });
        await Expect(row).ToContainTextAsync("denied in");

        await Expect(row).Not.ToBeVisibleAsync();

        await Eventually.ReadAsync(() => ClientLogsAsync(dashboard.Hasty), log => log.Contains("AUTH_FAILED,Nobody decided in time", StringComparison.Ordinal), Cancel);
        await _visit.GotoAsync("/audit?q=gina");
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Entries" })).ToContainTextAsync("nobody decided within 8 s");
    }

    [Fact]
    public async Task Of_two_operators_who_decide_about_the_same_client_the_second_is_told_who_was_first()
    {
        await using Visit ben = await dashboard.VisitAsync(Screen.Dark);
        await Account.InviteAsync(_visit, "ben", ben.Page);
        await dashboard.Gate.AddClientAsync("hugo", Cancel);
        await _visit.GotoAsync("/approvals");
        await ben.GotoAsync("/approvals");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Deny hugo…" }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("gate refuses this client now");

        await ben.Page.GetByRole(AriaRole.Button, new() { Name = "Approve hugo" }).ClickAsync();
        await Expect(ben.Page.GetByText("client-auth command succeeded")).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("This request is over: ben approved it already. Nothing was sent.");
        await Eventually.ReadAsync(() => dashboard.ReadClientsAsync("gate", Cancel), clients => clients.Any(client => client is { CommonName: "hugo", VirtualAddress: not null }), Cancel);
        await dashboard.Gate.StopClientAsync("hugo", Cancel);
        Assert.Empty(ben.Errors);
    }

    [Fact]
    public async Task A_client_that_asked_while_the_dashboard_was_away_is_asked_about_all_the_same()
    {
        await dashboard.Program.KillAsync();
        await dashboard.Gate.AddClientAsync("erin", Cancel);
        await Eventually.ReadAsync(() => File.ReadAllTextAsync(Path.Combine(dashboard.Gate.Folder, "log", "server"), Cancel), log => log.Contains("[erin] Peer Connection Initiated", StringComparison.Ordinal), Cancel);
        await _visit.DisposeAsync();

        await dashboard.RestartProgramAsync();
        await Eventually.ReadAsync(() => dashboard.Api.GetAsync("/readyz", Cancel), ready => ready.IsSuccessStatusCode, Cancel);
        _visit = await dashboard.SignInAsync(Screen.Light);
        await _visit.GotoAsync("/approvals");

        await Page.GetByRole(AriaRole.Button, new() { Name = "Approve erin" }).ClickAsync();
        await Eventually.ReadAsync(() => dashboard.ReadClientsAsync("gate", Cancel), clients => clients.Any(client => client is { CommonName: "erin", VirtualAddress: not null }), Cancel);
        await dashboard.Gate.StopClientAsync("erin", Cancel);
    }

    [Fact]
    public async Task A_name_that_is_kept_out_where_the_dashboard_is_asked_is_refused_with_the_reason()
    {
        await _visit.GotoAsync("/approvals");
        await Page.GetByLabel("Name", new() { Exact = true }).FillAsync("mallory");
        await _visit.ChooseAsync("On", "gate");
        await Page.GetByLabel("Reason").FillAsync("lost the \"laptop\"");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Keep out…" }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("the name is refused from now on");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Keep out" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await dashboard.Gate.AddClientAsync("mallory", Cancel);

        await Eventually.ReadAsync(() => ClientLogsAsync(dashboard.Gate), log => log.Contains("AUTH_FAILED,Blocked: lost the \"laptop\"", StringComparison.Ordinal), Cancel);
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Blocks" })).ToContainTextAsync("refused when it asks to come in");
    }

    [Fact]
    public async Task A_name_that_is_kept_out_where_nobody_asks_is_sent_away_each_time_it_comes_back()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await _visit.GotoAsync("/servers/site/paris");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Disconnect bob" }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await _visit.ChooseAsync("And keep certificate bob out", "1 hour", dialog);
        await Expect(dialog).ToContainTextAsync("Keeps out everybody who uses this certificate.");
        await Expect(dialog).ToContainTextAsync("can connect again, and the dashboard then ends the session each time");

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Disconnect" }).ClickAsync();

        await Expect(dialog).ToContainTextAsync("client-kill command succeeded");
        await Expect(dialog).ToContainTextAsync("The session is gone.");
        await Eventually.ReadAsync(() => dashboard.Api.GetStringAsync("/api/v1/servers/site%2Fparis/clients", Cancel), clients => !clients.Contains("\"bob\"", StringComparison.Ordinal), Cancel);
        await Eventually.ReadAsync(() => File.ReadAllTextAsync(Path.Combine(dashboard.Lab.Folder, "log", "client-12"), Cancel), log => log.Contains("server-pushed-halt", StringComparison.Ordinal) || log.Contains("process exiting", StringComparison.Ordinal), Cancel);
        await dashboard.LiftAllAsync(Cancel);
        await dashboard.Lab.StartClientAsync("bob", Cancel);
        await dashboard.AllClientsConnectedAsync(Cancel);
    }

    [Fact]
    public async Task The_log_level_is_set_and_read_back()
    {
        await _visit.GotoAsync("/servers/site/paris?tab=control");
        await Expect(Page.GetByText("verb 3, mute")).ToBeVisibleAsync();

        foreach (string level in (string[])["4", "3"])
        {
            await Page.GetByLabel("Log level").First.FillAsync(level);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Set the log level…" }).ClickAsync();
            ILocator dialog = Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Set log level" }).ClickAsync();
            await Expect(dialog).ToContainTextAsync("verb level changed");
            await Expect(dialog).ToContainTextAsync($"The log level is {level} now");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
            await Expect(Page.GetByText($"verb {level}, mute")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task Mute_is_set_and_read_back()
    {
        await _visit.GotoAsync("/servers/site/paris?tab=control");
        await Expect(Page.GetByText("verb 3, mute 0")).ToBeVisibleAsync();

        foreach (string lines in (string[])["7", "0"])
        {
            await Page.GetByLabel("Mute").First.FillAsync(lines);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Set mute…" }).ClickAsync();
            ILocator dialog = Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Set mute" }).ClickAsync();
            await Expect(dialog).ToContainTextAsync("mute level changed");
            await Expect(dialog).ToContainTextAsync($"Mute is {lines} now");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
            await Expect(Page.GetByText($"verb 3, mute {lines}")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task A_raw_command_is_answered_and_one_that_would_break_the_session_is_not_sent()
    {
        await _visit.GotoAsync("/servers/site/paris?tab=console");

        await TypeAsync("status 3");
        await Expect(Page.GetByRole(AriaRole.Log)).ToContainTextAsync("HEADER");
        await TypeAsync("\"exit\"");
        await Expect(Page.GetByRole(AriaRole.Log)).ToContainTextAsync("It would close the dashboard’s own management session.");
        await TypeAsync("kill \"nobody of this name\"");
        await Expect(Page.GetByRole(AriaRole.Log)).ToContainTextAsync("common name 'nobody of this name' not found");

        await _visit.GotoAsync("/audit?q=raw+command");
        ILocator entries = Page.GetByRole(AriaRole.Table, new() { Name = "Entries" });
        await Expect(entries).ToContainTextAsync("status 3");
        await Expect(entries).ToContainTextAsync("ana from 127.0.0.1");

        async Task TypeAsync(string line)
        {
            await Page.GetByLabel("Command", new() { Exact = true }).FillAsync(line);
            await Page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        }
    }

    private static async Task<string> ClientLogsAsync(VpnLab lab) =>
        string.Join('\n', await Task.WhenAll(Directory.EnumerateFiles(Path.Combine(lab.Folder, "log"), "client-*").Select(file => File.ReadAllTextAsync(file, Cancel))));
}
