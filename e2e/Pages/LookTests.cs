using System.Net.Http.Json;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>Pictures of the pages for people to look at, in <c>artifacts/screenshots</c>, and what a machine can tell of their looks.</summary>
public sealed class LookTests(LiveDashboard dashboard) : IClassFixture<LiveDashboard>
{
    public static TheoryData<Screen> Screens => [Screen.Light, Screen.Phone, Screen.Dark];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task Each_page_fits_its_screen_and_can_be_used_by_everybody(Screen screen)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);
        await using KeptTraffic alice = dashboard.Lab.KeepMoving("alice", 18, TrafficDirection.ToClient);
        await using KeptTraffic bob = dashboard.Lab.KeepMoving("bob", 7, TrafficDirection.FromClient);
        await using KeptTraffic hostile = dashboard.Lab.KeepMoving("<b>x</b>", 3, TrafficDirection.ToClient);

        await visit.GotoAsync("/");
        await Expect(visit.Page.GetByRole(AriaRole.Table).GetByText("Live").First).ToBeVisibleAsync();
        await visit.LookAsync($"overview-{screen}");
        await visit.GotoAsync("/servers/site/paris");
        await Expect(visit.Page.Locator(".canvas[data-drawn]").First).ToBeAttachedAsync();
        await Expect(visit.Page.Locator("tbody .rate", new() { HasText = " M" })).ToHaveCountAsync(3);
        await visit.LookAsync($"server-{screen}");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task The_component_library_is_compressed_and_kept_for_ever()
    {
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        await visit.GotoAsync("/");

        foreach (string file in (string[])["link[href*='MudBlazor.min']", "script[src*='MudBlazor.min']"])
        {
            string address = await visit.Page.Locator(file).EvaluateAsync<string>("element => element.href ?? element.src");
            using HttpRequestMessage request = new(HttpMethod.Get, address) { Headers = { { "Accept-Encoding", "br" } } };
            using HttpResponseMessage answer = await dashboard.Api.SendAsync(request, Cancel);
            Assert.Equal(["br"], answer.Content.Headers.ContentEncoding);
            Assert.Contains("immutable", string.Join(' ', answer.Headers.GetValues("Cache-Control")), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_sign_in_page_needs_no_script(Screen screen)
    {
        await using Visit visit = await dashboard.VisitAsync(screen);

        await visit.Page.GotoAsync("/account/sign-in");

        Assert.Equal(0, await visit.Page.Locator("script").CountAsync());
        await visit.LookAsync($"sign-in-{screen}");
    }

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_pages_of_who_may_do_what_fit_their_screen_too(Screen screen)
    {
        string name = $"look-{screen}";
        await dashboard.Api.PostAsJsonAsync("/api/v1/blocks", new { commonName = "mallory", server = "gate", reason = "lost the laptop", @for = "01:00:00" }, Cancel);
        await dashboard.Api.PostAsJsonAsync("/api/v1/blocks", new { commonName = "<b>trudy</b>", server = (string?)null, @for = "untilLifted", reason = "left the company" }, Cancel);
        await dashboard.Gate.AddClientAsync(name, Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);

        await visit.GotoAsync("/approvals");
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Approve {name}" })).ToBeVisibleAsync();
        await visit.LookAsync($"approvals-{screen}");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = $"Deny {name}…" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Deny" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("client-deny command succeeded");

        await visit.GotoAsync("/servers/site/paris?tab=control");
        await Expect(visit.Page.GetByText("verb 3")).ToBeVisibleAsync();
        await visit.LookAsync($"control-{screen}");
        await visit.GotoAsync("/servers/site/paris?tab=console");
        await visit.Page.GetByLabel("Command", new() { Exact = true }).FillAsync("help");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByText("client-kill CID")).ToBeVisibleAsync();
        await visit.LookAsync($"console-{screen}");
        await visit.GotoAsync("/audit");
        await Expect(visit.Page.GetByRole(AriaRole.Table, new() { Name = "Entries" })).ToContainTextAsync("mallory");
        await visit.LookAsync($"audit-{screen}");
        await dashboard.LiftAllAsync(Cancel);
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_pages_of_what_was_fit_their_screen_too(Screen screen)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);

        (string, string)[] pages =
        [
            ("report-bandwidth", "/reports?client=alice&range=1h"), ("report-top", "/reports/top?range=1h"), ("client", "/clients/alice?range=1h"),
            ("sessions", "/sessions"), ("events", "/events"), ("history", "/settings/history"), ("users", "/settings/users"), ("tokens", "/settings/tokens"),
            ("diagnosis", "/servers/site/paris?tab=diagnosis"), ("log", "/servers/site/paris?tab=log"),
        ];
        (string, string)[] alike = // each of one kind of chart and table: one screen of each theme tells of the others
        [
            ("report-concurrency", "/reports/concurrency?range=24h"), ("report-billing", "/reports/billing"), ("report-reconnects", "/reports/reconnects?client=alice&range=24h"),
            ("report-shared", "/reports/shared"), ("report-idle", "/reports/idle"), ("report-failed", "/reports/failed"),
        ];
        foreach ((string name, string address) in screen == Screen.Dark ? pages : [.. pages, .. alike])
        {
            await visit.GotoAsync(address);
            await visit.ChartsAsync();
            await visit.LookAsync($"{name}-{screen}");
        }
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Nothing_is_lost_and_nothing_moves_in_high_contrast_at_twice_the_size()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(Screen.HighContrast);
        await using KeptTraffic alice = dashboard.Lab.KeepMoving("alice", 18, TrafficDirection.ToClient);

        (string, string)[] pages =
        [
            ("overview", "/"), ("server", "/servers/site/paris"), ("control", "/servers/site/paris?tab=control"), ("console", "/servers/site/paris?tab=console"), ("log", "/servers/site/paris?tab=log"),
            ("report-top", "/reports/top?range=1h"), ("client", "/clients/alice?range=1h"), ("sessions", "/sessions"), ("users", "/settings/users"),
        ];
        foreach ((string name, string address) in pages)
        {
            await visit.GotoAsync(address);
            await visit.ChartsAsync();
            await visit.LookAsync($"{name}-{Screen.HighContrast}", systemColours: true);
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>("document.getAnimations().filter(one => one.playState === 'running').map(one => `${one.animationName ?? one.transitionProperty} of ${one.effect.target?.className}`)"));
        }
        Assert.Empty(visit.Errors);
    }
}
