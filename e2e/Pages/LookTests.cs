using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>Pictures of the pages for people to look at, in <c>artifacts/screenshots</c>, and what a machine can tell of their looks.</summary>
[Collection<LiveDashboardTests>]
public sealed class LookTests(LiveDashboard dashboard)
{
    public static TheoryData<Screen> Screens => [Screen.Light, Screen.Phone, Screen.Dark];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task Each_page_fits_its_screen_and_can_be_used_by_everybody(Screen screen)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);
        TimeSpan whileLooking = TimeSpan.FromSeconds(25);
        Task traffic = Task.WhenAll(
            dashboard.Lab.TrafficAsync("alice", 18, whileLooking, TrafficDirection.ToClient, Cancel),
            dashboard.Lab.TrafficAsync("bob", 7, whileLooking, TrafficDirection.FromClient, Cancel),
            dashboard.Lab.TrafficAsync("<b>x</b>", 3, whileLooking, TrafficDirection.ToClient, Cancel));

        await visit.GotoAsync("/");
        await Expect(visit.Page.GetByRole(AriaRole.Table).GetByText("Live")).ToBeVisibleAsync();
        await LookAsync(visit.Page, $"overview-{screen}");
        await visit.GotoAsync("/servers/site/paris");
        await Expect(visit.Page.Locator(".apexcharts-series path").First).ToBeAttachedAsync();
        await Expect(visit.Page.Locator("tbody .rate", new() { HasText = " M" })).ToHaveCountAsync(3, new() { Timeout = 30_000 });
        await LookAsync(visit.Page, $"server-{screen}");
        await traffic;
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_sign_in_page_needs_no_script(Screen screen)
    {
        await using Visit visit = await dashboard.VisitAsync(screen);

        await visit.Page.GotoAsync("/account/sign-in");

        Assert.Equal(0, await visit.Page.Locator("script").CountAsync());
        await LookAsync(visit.Page, $"sign-in-{screen}");
    }

    private static async Task LookAsync(IPage page, string name)
    {
        await page.ScreenshotAsync(new() { Path = Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png"), FullPage = true });
        int tooWide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.True(tooWide <= 0, $"{name} is {tooWide} pixels wider than the screen.");
        AxeResult accessibility = await page.RunAxe();
        Assert.Empty(accessibility.Violations.Select(v => $"{name}: {v.Id}, {v.Help}: {v.Nodes[0].Html}"));
    }
}
