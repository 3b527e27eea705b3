using Microsoft.Playwright;

namespace E2E.Browsers;

public sealed class BrowserTests(Browser browser)
{
    public static TheoryData<Screen, bool, int, bool> Screens => new()
    {
        { Screen.Dark, true, 1440, false },
        { Screen.Light, false, 1440, false },
        { Screen.Phone, true, 390, true },
    };

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task A_page_sees_the_screen_that_was_asked_for(Screen screen, bool dark, int width, bool touch)
    {
        await using IBrowserContext context = await browser.NewContextAsync(screen);
        IPage page = await context.NewPageAsync();
        await page.SetContentAsync("<meta name=viewport content='width=device-width'><p>hello</p>");

        Assert.Equal(dark, await page.EvaluateAsync<bool>("matchMedia('(prefers-color-scheme: dark)').matches"));
        Assert.Equal(width, await page.EvaluateAsync<int>("innerWidth"));
        Assert.Equal(touch, await page.EvaluateAsync<bool>("matchMedia('(pointer: coarse)').matches"));
    }

    [Fact]
    public async Task Contexts_do_not_share_cookies()
    {
        await using IBrowserContext first = await browser.NewContextAsync(Screen.Dark);
        await using IBrowserContext second = await browser.NewContextAsync(Screen.Dark);

        await first.AddCookiesAsync([new Cookie { Name = "session", Value = "1", Url = "http://127.0.0.1/" }]);

        Assert.Single(await first.CookiesAsync());
        Assert.Empty(await second.CookiesAsync());
    }
}
