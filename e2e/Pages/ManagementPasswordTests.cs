using E2E.Browsers;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>A real OpenVPN whose management password the dashboard has wrong.</summary>
[Collection<LiveDashboardTests>]
public sealed class ManagementPasswordTests(LiveDashboard dashboard) : IAsyncLifetime
{
    private Visit _visit = null!;

    private IPage Page => _visit.Page;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _visit = await dashboard.SignInAsync(Screen.Light);

    public async ValueTask DisposeAsync()
    {
        await File.WriteAllTextAsync(dashboard.GuardedPasswordFile, "hunter2\n", CancellationToken.None);
        await dashboard.Guarded.CrashServerAsync(CancellationToken.None);
        await dashboard.Guarded.StartServerAsync(CancellationToken.None);
        Assert.Empty(_visit.Errors);
        await _visit.DisposeAsync();
    }

    [Fact]
    public async Task A_password_file_that_was_put_right_is_used_at_the_next_attempt()
    {
        await _visit.GotoAsync("/servers/guarded?tab=control");
        await Expect(Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "OpenVPN refuses the management password" })).ToContainTextAsync("Compare the first line of this server's PasswordFile");

        await File.WriteAllTextAsync(dashboard.GuardedPasswordFile, "open sesame\n", Cancel);
        await ConfirmAsync("Release the slot…", "Release the slot"); // and back at once: the next attempt by itself may be half a minute away
        await ConfirmAsync("Take the slot back…", "Take the slot back");

        await Page.GetByRole(AriaRole.Link, new() { Name = "Clients" }).First.ClickAsync();
        await Expect(Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "alice" })).ToBeVisibleAsync();
        await Expect(Page.GetByText("OpenVPN refuses the management password")).ToHaveCountAsync(0);
    }

    private async Task ConfirmAsync(string button, string verb)
    {
        await Page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        ILocator dialog = Page.GetByRole(AriaRole.Dialog);
        await dialog.GetByRole(AriaRole.Button, new() { Name = verb }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
    }
}
