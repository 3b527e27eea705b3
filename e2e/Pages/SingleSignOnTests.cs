using E2E.Browsers;
using E2E.Program;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>People sign in with a real OpenID Connect provider, in a real browser.</summary>
public sealed class SingleSignOnTests(Browser browser) : IAsyncLifetime
{
    private IdentityProvider _provider = null!;
    private DashboardProgram _program = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _provider = await IdentityProvider.StartAsync(Cancel);
        _program = await DashboardProgram.StartAsync(new
        {
            Servers = new[] { new { Name = "paris", Endpoint = "tcp://127.0.0.1:1" }, new { Name = "lyon", Endpoint = "tcp://127.0.0.1:1" } },
            Access = new
            {
                SingleSignOn = new { Authority = _provider.Address, IdentityProvider.ClientId, IdentityProvider.ClientSecret, DisplayName = "Example ID" },
                Grants = new object[] { new { Group = "vpn-admins", Role = "Admin" }, new { Group = "staff", Role = "Viewer", Servers = new[] { "lyon" } } },
            },
        }, cancellationToken: Cancel);
        await _provider.ServeAsync(_program.Address, Cancel);
        await _program.WaitForFirstAdminLinkAsync(Cancel); // the database is there
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
        if (_provider is not null)
            await _provider.DisposeAsync();
    }

    [Fact]
    public async Task An_administrator_signs_in_proves_it_again_and_leaves_both_places()
    {
        await using Visit ada = await VisitAsync();
        await ada.Page.GotoAsync("/settings/users");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with Example ID" }).ClickAsync();
        await SignInThereAsync(ada.Page, "ada");
        await Expect(ada.Page.Locator(".who")).ToContainTextAsync("Admin · ada");
        Assert.Equal("/settings/users", new Uri(ada.Page.Url).AbsolutePath);
        await Expect(ada.Page.GetByRole(AriaRole.Table, new() { Name = "Users" })).ToContainTextAsync("known elsewhere");

        await ada.Page.GotoAsync("/account/confirm?returnUrl=%2Faccount");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await SignInThereAsync(ada.Page, "ada");
        await Expect(ada.Page.GetByText("single sign-on · since")).ToBeVisibleAsync();

        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign out" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "Sign out there, too" }).ClickAsync();
        await ada.Page.GetByRole(AriaRole.Button, new() { Name = "Yes, sign me out" }).ClickAsync();
        await Expect(ada.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await ada.Page.GotoAsync("/");
        Assert.Equal("/account/sign-in", new Uri(ada.Page.Url).AbsolutePath);
        Assert.DoesNotContain(IdentityProvider.ClientSecret, _program.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewer_sees_the_servers_of_their_group_and_a_stranger_is_told_why_not()
    {
        await using Visit bert = await VisitAsync();
        await bert.Page.GotoAsync("/account/single-sign-on/begin");
        await SignInThereAsync(bert.Page, "bert");
        await Expect(bert.Page.Locator(".who")).ToContainTextAsync("Viewer · bert");
        await Expect(bert.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("lyon");
        Assert.DoesNotContain("paris", await bert.Page.ContentAsync(), StringComparison.Ordinal);

        await using Visit mallory = await VisitAsync();
        await mallory.Page.GotoAsync("/account/single-sign-on/begin");
        await SignInThereAsync(mallory.Page, "mallory");
        await Expect(mallory.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("none of your groups");
    }

    [Fact]
    public async Task Whoever_says_no_at_the_provider_is_led_back_and_is_nobody()
    {
        await using Visit ada = await VisitAsync();
        await ada.Page.GotoAsync("/account/single-sign-on/begin");
        await ada.Page.GetByRole(AriaRole.Link, new() { Name = "[ Cancel ]" }).ClickAsync();

        await Expect(ada.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("did not say who you are");
    }

    // The provider's own pages: a name, any password, and the consent to tell the dashboard.
    private static async Task SignInThereAsync(IPage page, string name)
    {
        await page.GetByPlaceholder("Enter any login").FillAsync(name);
        await page.GetByPlaceholder("and password").FillAsync("whatever");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign-in" }).ClickAsync();
        ILocator consent = page.GetByRole(AriaRole.Button, new() { Name = "Continue" });
        await Expect(consent.Or(page.Locator("main").First)).ToBeVisibleAsync();
        if (await consent.IsVisibleAsync())
            await consent.ClickAsync();
    }

    private async Task<Visit> VisitAsync()
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Light, _program.Address.ToString());
        await context.RouteAsync("https://**", static route => route.AbortAsync()); // the provider's pages want a font from elsewhere
        return new Visit(context, await context.NewPageAsync());
    }
}
