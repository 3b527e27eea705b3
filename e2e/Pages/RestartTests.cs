using System.Text.RegularExpressions;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>The program dies and comes back; the VPN does not notice, and nothing is forgotten.</summary>
[Collection<LiveDashboardTests>]
public sealed partial class RestartTests(LiveDashboard dashboard)
{
    /// <summary>The chart leaves out a minute of which little was watched, and is read again each minute: the restart may have cut the one with the traffic.</summary>
    private static readonly TimeSpan s_twoSteps = TimeSpan.FromMinutes(2.5);

    private static readonly TimeSpan s_someSeconds = TimeSpan.FromSeconds(5);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killing_the_dashboard_moves_no_packet_and_its_history_is_still_there()
    {
        await dashboard.Lab.TrafficAsync("alice", 16, TimeSpan.FromSeconds(5), TrafficDirection.ToClient, Cancel);
        IReadOnlyList<ApiClient> before = await dashboard.ReadClientsAsync(Cancel);
        await using Visit untouched = await dashboard.SignInAsync(Screen.Light);
        await untouched.GotoAsync("/servers/site/paris");
        await untouched.Page.EvaluateAsync("document.documentElement.dataset.old = ''");

        Task traffic = dashboard.Lab.TrafficAsync("alice", 4, TimeSpan.FromSeconds(5), TrafficDirection.ToClient, Cancel);
        Task<string> pings = dashboard.Lab.PingAsync("bob", s_someSeconds, Cancel);
        Task restart = dashboard.RestartProgramAsync();
        List<string> lost = [await pings];
        while (!restart.IsCompleted)
            lost.Add(await dashboard.Lab.PingAsync("bob", s_someSeconds, Cancel));
        await restart;
        Assert.All(lost, summary => Assert.Contains(" 0% packet loss", summary, StringComparison.Ordinal));
        await traffic; // fails when the tunnel does
        await dashboard.AllClientsConnectedAsync(Cancel);

        Assert.Equal(before.Select(c => c.Session).Order(StringComparer.Ordinal), (await dashboard.ReadClientsAsync(Cancel)).Select(c => c.Session).Order(StringComparer.Ordinal));
        await Expect(untouched.Page.Locator("html[data-old]")).ToHaveCountAsync(0);
        await Expect(untouched.Page.Locator("[data-interactive]")).ToBeAttachedAsync();
        await using Visit visit = await dashboard.SignInAsync(Screen.Dark);
        await visit.GotoAsync("/servers/site/paris?range=1h");
        await Expect(visit.Page.GetByRole(AriaRole.Img, new() { NameRegex = FromClients() })).ToHaveAttributeAsync("aria-label", AtMostKiloOrMegabits(), new() { Timeout = (float)s_twoSteps.TotalMilliseconds });
    }

    [GeneratedRegex("^Bandwidth.*from clients")]
    private static partial Regex FromClients();

    [GeneratedRegex(@"to clients .* at most \d[\d.]* [kM]bit/s")]
    private static partial Regex AtMostKiloOrMegabits();
}
