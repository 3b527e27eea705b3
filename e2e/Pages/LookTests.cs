using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>Pictures of the pages for people to look at, in <c>artifacts/screenshots</c>, and what a machine can tell of their looks.</summary>
[Collection<LiveDashboardTests>]
public sealed class LookTests(LiveDashboard dashboard)
{
    public static TheoryData<Screen> Screens => [Screen.Dark, Screen.Light, Screen.Phone];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task No_page_scrolls_sideways(Screen screen)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);
        Task traffic = dashboard.Lab.TrafficAsync("alice", 12, TimeSpan.FromSeconds(8), TrafficDirection.ToClient, Cancel);

        await visit.GotoAsync("/");
        await Expect(visit.Page.GetByText("Live").First).ToBeVisibleAsync();
        await LookAsync(visit.Page, $"overview-{screen}");
        await visit.GotoAsync("/servers/site/paris");
        await Expect(visit.Page.Locator(".apexcharts-series path").First).ToBeAttachedAsync();
        await traffic;
        await LookAsync(visit.Page, $"server-{screen}");
        Assert.Empty(visit.Errors);
    }

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_sign_in_page_needs_no_script_and_fits(Screen screen)
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
    }
}
