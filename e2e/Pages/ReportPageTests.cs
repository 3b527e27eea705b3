using System.Net.Http.Json;
using System.Text.RegularExpressions;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>What real clients did, found again in the history: real sessions in the real PostgreSQL.</summary>
[Collection<LiveDashboardTests>]
public sealed partial class ReportPageTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        _visit = await dashboard.SignInAsync(Screen.Light);
    }

    public async ValueTask DisposeAsync()
    {
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task What_a_client_moved_is_found_again_in_the_reports_and_on_its_page()
    {
        await MoveAndEndAsync("alice");

        await OpenUntilAsync("/clients/alice?range=1h", Page.GetByRole(AriaRole.Table, new() { Name = "Sessions, the newest first" }).GetByRole(AriaRole.Row).Filter(new() { HasTextRegex = Megabytes() }).First);
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "alice", Exact = true })).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Addresses" })).ToContainTextAsync("198.51.100.11");
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Servers" })).ToContainTextAsync("site/paris");
        await Expect(Page.Locator(".canvas[data-drawn]").First).ToBeAttachedAsync();

        await _visit.GotoAsync("/reports/top?range=1h");
        ILocator alice = Page.GetByRole(AriaRole.Row).Filter(new() { Has = Page.GetByRole(AriaRole.Link, new() { Name = "alice", Exact = true }) });
        await Expect(alice).ToContainTextAsync(Megabytes());
        await Expect(Page.Locator(".apexcharts-bar-area").First).ToBeAttachedAsync();
        await Expect(Page.Locator(".apexcharts-treemap-rect").First).ToBeAttachedAsync();
        await alice.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "alice", Exact = true })).ToBeVisibleAsync();

        await _visit.GotoAsync("/reports?client=alice&range=1h");
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Traffic by step" })).ToContainTextAsync(Megabytes());
        await Expect(Page.Locator(".canvas[data-drawn]").First).ToBeAttachedAsync();
    }

    [Fact]
    public async Task A_search_for_sessions_goes_by_address_and_state_and_stands_in_the_address()
    {
        await OpenUntilAsync("/sessions?q=198.51.100.11&state=open", Page.GetByRole(AriaRole.Table, new() { Name = "Sessions" }).GetByRole(AriaRole.Link, new() { Name = "alice", Exact = true }).First);
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "Sessions" })).Not.ToContainTextAsync("bob");

        await Page.GetByLabel("Text").FillAsync("nobody % _ ' \" at all");
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Show" }).Last.ClickAsync();

        await Expect(Page.GetByText("No session matches")).ToBeVisibleAsync();
        await Expect(Page).ToHaveURLAsync(new Regex("q=nobody%20%25%20_%20%27%20%22%20at%20all&state=open$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task The_daemons_words_are_found_by_theirs()
    {
        await OpenUntilAsync("/events?server=site%2Fparis&q=%22Initialization+Sequence+Completed%22", Page.GetByRole(AriaRole.Table).GetByText("Initialization Sequence Completed").First);

        await _visit.ChooseAsync("Kind", "state");
        await Page.GetByLabel("Text").FillAsync("");
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Show" }).Last.ClickAsync();

        await Expect(Page.GetByRole(AriaRole.Table).GetByText("STATE").First).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Table).GetByText("Initialization Sequence Completed")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Every_report_is_a_tab_away_and_keeps_the_server()
    {
        await _visit.GotoAsync("/reports?server=site%2Fparis");

        foreach (string report in (string[])["Top talkers", "Concurrent clients", "95th percentile", "Reconnects", "Shared certificates", "Last seen", "Failed attempts", "Sessions", "Events", "Bandwidth"])
        {
            await Page.GetByRole(AriaRole.Navigation, new() { Name = "Reports" }).GetByRole(AriaRole.Link, new() { Name = report, Exact = true }).ClickAsync();
            await Expect(Page.GetByRole(AriaRole.Navigation, new() { Name = "Reports" }).Locator("[aria-current=page]")).ToHaveTextAsync(report);
            await Expect(Page.GetByText("Reading the history")).ToHaveCountAsync(0);
            await Expect(Page.GetByText("cannot be read just now")).ToHaveCountAsync(0);
            await Expect(Page).ToHaveURLAsync(new Regex("server=site%2Fparis", RegexOptions.None, TimeSpan.FromSeconds(1)));
        }
    }

    [Theory]
    [InlineData("/reports?range=banana", "is not a period")]
    [InlineData("/reports?from=2026-02-01&to=2026-01-01", "reversed")]
    [InlineData("/reports/top?from=2026-02-01T00:00Z&to=2026-02-01T00:00Z", "empty")]
    [InlineData("/sessions?from=2001-05-14&to=2999-12-31", "longer than five years")]
    [InlineData("/sessions?cursor=made-up", "cursor")]
    [InlineData("/events?q=%27%22%00%25_%3Cscript%3E%5C&client=%00%27%3B--&server=%3Cb%3E", "No event matches")]
    [InlineData("/clients/%25_%27%22%3Cscript%3Ealert(1)%3C%2Fscript%3E", "was ever seen")]
    [InlineData("/clients/?name=%00..", "was ever seen")]
    [InlineData("/reports/nothing", "no report called")]
    public async Task What_makes_no_sense_is_answered_in_words(string address, string words)
    {
        await _visit.GotoAsync(address);

        await Expect(Page.GetByRole(AriaRole.Main)).ToContainTextAsync(words);
        await Expect(Page.GetByText("could not be drawn")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("ali")] // alice is connected, and suggested
    [InlineData("nobody who was ever here")]
    public async Task A_client_is_asked_for_as_it_was_typed(string name)
    {
        await _visit.GotoAsync("/sessions");

        await Page.GetByRole(AriaRole.Combobox, new() { Name = "Client", Exact = true }).FillAsync(name);
        await Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Button, new() { Name = "Show" }).Last.ClickAsync();

        await Expect(Page).ToHaveURLAsync(new Regex($"[?&]client={Uri.EscapeDataString(name)}$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_client_who_is_connected_is_suggested()
    {
        await _visit.GotoAsync("/sessions");
        ILocator client = Page.GetByRole(AriaRole.Combobox, new() { Name = "Client", Exact = true });

        await client.FillAsync("ali");
        await Page.GetByRole(AriaRole.Option, new() { Name = "alice" }).ClickAsync();

        await Expect(client).ToHaveValueAsync("alice");
    }

    [Fact]
    public async Task The_find_box_leads_to_a_client_and_from_there_to_its_server()
    {
        await _visit.GotoAsync("/");
        await Page.Keyboard.PressAsync("Control+k");
        await Page.GetByLabel("Find a client, address or server").FillAsync("bob");
        await Page.Keyboard.PressAsync("Enter");

        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "bob", Exact = true })).ToBeVisibleAsync();
        await Page.GetByRole(AriaRole.Table, new() { Name = "Connected now" }).GetByRole(AriaRole.Link, new() { Name = "site/paris" }).ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Heading, new() { Name = "site/paris" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_administrator_sees_how_far_the_history_is()
    {
        await _visit.GotoAsync("/settings/history");

        await Expect(Page.GetByText("up to date")).ToBeVisibleAsync();
        await Expect(Page.GetByRole(AriaRole.Table, new() { Name = "How long things are kept" })).ToContainTextAsync("30 days");
    }

    // The end of a session is written at once, without waiting for the minute's.
    private async Task MoveAndEndAsync(string name)
    {
        ApiClient before = (await dashboard.ReadClientsAsync(Cancel)).Single(client => client.CommonName == name);
        await dashboard.Lab.TrafficAsync(name, 12, TimeSpan.FromSeconds(4), TrafficDirection.ToClient, Cancel);
        await Eventually.ReadAsync(() => dashboard.ReadClientsAsync(Cancel), clients => clients.Any(client => client.CommonName == name && client.SentBytes > 2_000_000), Cancel);
        using HttpResponseMessage answer = await dashboard.Api.PostAsJsonAsync($"/api/v1/servers/site%2Fparis/clients/{before.Session}/disconnect", new { mode = "restart" }, Cancel);
        answer.EnsureSuccessStatusCode();
        await Eventually.ReadAsync(() => dashboard.ReadClientsAsync(Cancel), clients => clients.Any(client => client.CommonName == name && client.Session != before.Session), Cancel);
    }

    // A page of the history does not follow it: it is opened again until what was just written is there.
    private async Task OpenUntilAsync(string address, ILocator there)
    {
        await Eventually.ReadAsync(
            async () =>
            {
                await _visit.GotoAsync(address);
                await Expect(Page.GetByText("Reading the history")).ToHaveCountAsync(0);
                return await there.CountAsync();
            },
            count => count > 0,
            Cancel);
        await Expect(there).ToBeVisibleAsync();
    }

    [GeneratedRegex(@"\d MB", RegexOptions.None, 1000)]
    private static partial Regex Megabytes();
}
