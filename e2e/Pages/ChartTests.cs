using E2E.Browsers;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>Charts in a real browser: what they leave alone when they cannot be had, and what they may not do to the page.</summary>
[Collection<LiveDashboardTests>]
public sealed class ChartTests(LiveDashboard dashboard)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("**/TimeSeriesChart.razor*.js")]
    [InlineData("**/lib/uplot*.js")]
    [InlineData("**/lib/uplot*.css")]
    public async Task A_file_that_cannot_be_fetched_costs_the_chart_and_not_the_page(string file)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        await visit.Page.RouteAsync(file, route => route.AbortAsync());

        await visit.GotoAsync("/servers/site/paris");

        await Expect(visit.Page.GetByText("The chart could not be drawn.")).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("at the end, at most").First).ToBeVisibleAsync(); // its numbers in words
        await visit.Page.GetByLabel("Filter clients").FillAsync("bob"); // the page still answers
        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "alice" })).ToHaveCountAsync(0);
        await Expect(visit.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "bob" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_canvas_stays_takes_the_theme_and_the_room_there_is_and_lists_its_numbers()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        await visit.GotoAsync("/servers/site/paris");
        ILocator place = visit.Page.Locator(".canvas[data-drawn]");
        ILocator canvas = place.Locator("canvas");
        await Expect(canvas).ToBeVisibleAsync();
        await canvas.EvaluateAsync("canvas => canvas.dataset.first = ''");

        string light = await canvas.EvaluateAsync<string>("canvas => canvas.toDataURL()");
        await visit.Page.EvaluateAsync("document.documentElement.dataset.theme = 'dark'");
        await visit.Page.WaitForFunctionAsync("light => document.querySelector('.canvas canvas').toDataURL() !== light", light);
        await visit.Page.SetViewportSizeAsync(700, 900);
        await visit.Page.WaitForFunctionAsync("() => { const place = document.querySelector('.canvas'); return place.clientWidth < 700 && place.querySelector('canvas').clientWidth === place.clientWidth; }");

        await Expect(place.Locator("canvas[data-first]")).ToHaveCountAsync(1); // never made anew
        await place.HoverAsync();
        await Expect(place.Locator(".chart-tip")).ToContainTextAsync("from clients");
        await visit.Page.GetByText("Numbers", new() { Exact = true }).ClickAsync();
        await Expect(visit.Page.Locator("details.numbers tbody tr").First).ToContainTextAsync("bit/s");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task No_chart_adds_a_style_element_or_does_anything_else_that_the_policy_forbids()
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(Screen.Light);
        await visit.Page.AddInitScriptAsync("window.violations = []; addEventListener('securitypolicyviolation', e => window.violations.push(`${e.effectiveDirective} ${e.sourceFile}:${e.lineNumber}`));");

        int charts = 0;
        foreach (string page in (string[])["/servers/site/paris", "/clients/alice?range=7d", "/reports/top?range=1h", "/reports/concurrency?range=7d"])
        {
            await visit.GotoAsync(page);
            foreach (ILocator chart in await visit.ChartsAsync())
                await chart.HoverAsync(new() { Force = true });
            charts += await visit.Page.Locator(".canvas[data-drawn]").CountAsync();
            Assert.Empty(await visit.Page.EvaluateAsync<string[]>("window.violations"));
            Assert.Equal(0, await visit.Page.Locator(".canvas style, head style").CountAsync());
        }
        Assert.True(charts >= 3, $"{charts} charts were drawn."); // of the server, of alice, and of who moved the most
        Assert.Empty(visit.Errors);
    }
}
