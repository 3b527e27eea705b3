using System.Net.Http.Json;
using System.Text.Json;

using E2E.Browsers;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>What the dashboard finds between itself and servers that work, and those that do not.</summary>
[Collection<LiveDashboardTests>]
public sealed class DiagnosisTests(LiveDashboard dashboard)
{
    public static TheoryData<Screen> Screens => [Screen.Light, Screen.Phone, Screen.Dark];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Screens), DisableDiscoveryEnumeration = true)]
    public async Task The_diagnosis_names_what_is_wrong_and_the_line_that_mends_it(Screen screen)
    {
        await dashboard.AllClientsConnectedAsync(Cancel);
        await using Visit visit = await dashboard.SignInAsync(screen);

        await visit.GotoAsync("/servers/site/paris?tab=diagnosis");
        await Expect(Check(visit, "Greeting")).ToContainTextAsync("OpenVPN Management Interface");
        await Expect(Check(visit, "List of clients")).ToContainTextAsync("OK");
        await Expect(Check(visit, "Kernel offload (DCO)")).ToContainTextAsync("Not in use");
        await visit.LookAsync($"diagnosis-{screen}");

        await visit.GotoAsync("/servers/refused?tab=diagnosis");
        await Expect(Check(visit, "Connection")).ToContainTextAsync("management 127.0.0.1 1");
        await visit.GotoAsync("/servers/silent?tab=diagnosis");
        await Expect(Check(visit, "Slot")).ToContainTextAsync("Failed");
        await visit.GotoAsync("/servers/ssh?tab=diagnosis");
        await Expect(Check(visit, "Greeting")).ToContainTextAsync("Failed");
        await visit.GotoAsync("/servers/guarded?tab=diagnosis");
        await Expect(Check(visit, "Password").First).ToContainTextAsync("Failed");
        await visit.LookAsync($"diagnosis-password-{screen}");
        Assert.Empty(visit.Errors);
    }

    [Fact]
    public async Task Programs_get_the_same_checks()
    {
        JsonElement diagnosis = await dashboard.Api.GetFromJsonAsync<JsonElement>("/api/v1/servers/refused/diagnosis", Cancel);

        JsonElement connection = diagnosis.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("name").GetString() == "Connection");
        Assert.Equal("failed", connection.GetProperty("outcome").GetString());
        Assert.Equal("management 127.0.0.1 1", connection.GetProperty("line").GetString());
    }

    private static ILocator Check(Visit visit, string name) => visit.Page.Locator(".checks li").Filter(new() { Has = visit.Page.Locator($"strong:text-is(\"{name}\")") });
}
