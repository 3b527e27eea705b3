using System.Text.RegularExpressions;

using E2E.Browsers;
using E2E.Lab;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>An OpenVPN client that dials the dashboard and asks the person in front of its page for what it needs.</summary>
[Collection<LiveDashboardTests>]
public sealed partial class DialInPageTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    private ILocator Question => Page.GetByRole(AriaRole.Form, new() { Name = "OpenVPN asks for credentials: Auth" });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _visit = await dashboard.SignInAsync(Screen.Light);
        await _visit.GotoAsync("/servers/laptop");
        await dashboard.Home.AddClientAsync("carol", Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await dashboard.Home.StopClientAsync("carol", CancellationToken.None);
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task A_refused_password_is_asked_for_again_and_the_right_one_brings_the_tunnel_up_until_it_is_forgotten()
    {
        await AnswerAsync("marlin");
        await Expect(Question.GetByRole(AriaRole.Alert)).ToHaveTextAsync("Not accepted: The last answer was refused.");
        await AnswerAsync("swordfish");

        await Expect(Question).ToHaveCountAsync(0);
        await Expect(Fact("Connected to")).ToHaveTextAsync("198.51.100.1:1194");
        await Expect(Fact("Address in the VPN")).ToContainTextAsync("10.80.0.");
        await Expect(Page.Locator(".head")).ToContainTextAsync("connected for");
        await dashboard.Home.TrafficAsync("carol", 10, TimeSpan.FromSeconds(2), TrafficDirection.ToClient, Cancel);
        await Expect(Fact("From the server")).ToContainTextAsync(Megabytes());

        await Page.GetByRole(AriaRole.Link, new() { Name = "Control" }).ClickAsync();
        await ConfirmAsync("Forget passwords…", "Forget passwords", "Passwords were forgotten");
        await ConfirmAsync("Send SIGUSR1…", "Send SIGUSR1", "signal SIGUSR1 thrown");
        await Expect(Question).ToBeVisibleAsync();
    }

    private ILocator Fact(string name) => Page.Locator("dl > div").Filter(new() { Has = Page.GetByText(name, new() { Exact = true }) }).Locator("dd");

    private async Task AnswerAsync(string password)
    {
        await Question.GetByLabel("User name").FillAsync("carol");
        await Question.GetByLabel("Password").FillAsync(password);
        await Question.GetByRole(AriaRole.Button, new() { Name = "Answer" }).ClickAsync();
        await Expect(Page.GetByText("'Auth' password entered, but not yet verified").Last).ToBeVisibleAsync();
    }

    private async Task ConfirmAsync(string button, string verb, string answer)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb }).ClickAsync();
        await Expect(dialog).ToContainTextAsync(answer);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }

    [GeneratedRegex(@"\d MB")]
    private static partial Regex Megabytes();
}
