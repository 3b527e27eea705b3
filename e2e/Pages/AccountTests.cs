using E2E.Browsers;
using E2E.Program;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Pages;

/// <summary>People and their accounts: invited, signed in with a passkey that a (virtual) device keeps, changed while they look.</summary>
public sealed class AccountTests(Browser browser) : IAsyncLifetime
{
    private const string Admin = "ana";
    private const string Password = "correct horse battery staple";

    private DashboardProgram _program = null!;
    private Uri _address = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _program = await DashboardProgram.StartAsync(new
        {
            Servers = new[] { new { Name = "site/paris", Endpoint = "tcp://127.0.0.1:1" }, new { Name = "lyon", Endpoint = "tcp://127.0.0.1:1" } },
        }, cancellationToken: Cancel);
        _address = new UriBuilder(_program.Address) { Host = "localhost" }.Uri; // passkeys want a name
        await using Visit visit = await VisitAsync(Screen.Light);
        await visit.Page.GotoAsync(await _program.WaitForFirstAdminLinkAsync(Cancel));
        await visit.Page.GetByLabel("User name").FillAsync(Admin);
        await ChoosePasswordAsync(visit.Page, "Create and sign in");
    }

    public async ValueTask DisposeAsync()
    {
        if (_program is not null)
            await _program.DisposeAsync();
    }

    [Fact]
    public async Task A_passkey_signs_its_owner_in_and_proves_it_is_them()
    {
        await using Visit visit = await SignInAsync(Screen.Light);
        await AddVirtualDeviceAsync(visit.Page);

        await visit.Page.GotoAsync("/account/passkeys");
        await visit.Page.GetByLabel("Name of the new one").FillAsync("<b>My laptop</b>");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Your passkeys" })).ToContainTextAsync("<b>My laptop</b>");
        await SignOutAsync(visit.Page);

        await visit.Page.GetByRole(AriaRole.Link, new() { Name = "Sign in with a passkey" }).ClickAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(visit.Page.Locator(".who")).ToContainTextAsync("Admin · ana");

        await visit.Page.GotoAsync("/account/confirm?returnUrl=%2Faccount");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Your account" })).ToBeVisibleAsync();
        await Expect(visit.Page.GetByText("passkey · since")).ToBeVisibleAsync();

        await visit.Page.GotoAsync("/account/passkeys");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Remove the passkey" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.List, new() { Name = "Your passkeys" })).ToHaveCountAsync(0);
        await SignOutAsync(visit.Page);
        await visit.Page.GotoAsync("/account/passkey");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Use a passkey" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not accepted");
    }

    [Fact]
    public async Task Somebody_invited_sees_what_they_may_and_is_out_within_seconds_when_that_ends()
    {
        await using Visit admin = await SignInAsync(Screen.Light);
        await admin.GotoAsync("/settings/users");
        await admin.Page.GetByLabel("User name").FillAsync("ben");
        await admin.Page.GetByText("Disconnects clients, signals and holds servers.").ClickAsync();
        await admin.Page.GetByText("The others do not exist for them.").ClickAsync();
        await admin.Page.GetByLabel("lyon").CheckAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Create the user" }).ClickAsync();
        string link = await admin.Page.GetByLabel("The link for ben").InputValueAsync();

        await using Visit ben = await VisitAsync(Screen.Phone);
        await ben.Page.GotoAsync(link);
        await ChoosePasswordAsync(ben.Page, "Save the password");
        await ben.GotoAsync("/");
        await Expect(ben.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("lyon");
        Assert.DoesNotContain("paris", await ben.Page.ContentAsync(), StringComparison.Ordinal);
        await ben.GotoAsync("/servers/site/paris");
        await Expect(ben.Page.GetByText("No server is called")).ToBeVisibleAsync();
        await ben.GotoAsync("/");

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "ben" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Lock" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Lock" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("The user is locked.");

        await Expect(ben.Page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        Assert.Empty(admin.Errors);
    }

    [Fact]
    public async Task A_token_is_shown_once_and_works_until_it_is_revoked()
    {
        await using Visit admin = await SignInAsync(Screen.Light);
        await admin.GotoAsync("/settings/tokens");
        await admin.Page.GetByLabel("Name of the program").FillAsync("<img src=x onerror=alert(1)>");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
        string secret = await admin.Page.GetByLabel("The token <img").InputValueAsync();
        using HttpClient program = new() { BaseAddress = _program.Address, DefaultRequestHeaders = { Authorization = new("Bearer", secret) } };
        using HttpResponseMessage before = await program.GetAsync("/api/v1/servers", Cancel);

        await admin.GotoAsync("/settings/tokens");
        Assert.DoesNotContain(secret, await admin.Page.ContentAsync(), StringComparison.Ordinal);
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await admin.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(admin.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("no longer works");
        using HttpResponseMessage after = await program.GetAsync("/api/v1/servers", Cancel);

        Assert.Equal(System.Net.HttpStatusCode.OK, before.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.DoesNotContain(secret, _program.Output, StringComparison.Ordinal);
        Assert.Empty(admin.Errors);
    }

    [Fact]
    public async Task The_command_line_lets_an_administrator_back_in_while_the_dashboard_runs()
    {
        (int code, string output) = await _program.CommandAsync(["user", "reset", Admin], Cancel);
        Assert.True(code == 0, output);
        await using Visit visit = await VisitAsync(Screen.Light);

        await visit.Page.GotoAsync(new Uri(output.Split('\n').Single(line => line.Contains("choose-password", StringComparison.Ordinal)).Trim()).PathAndQuery);
        await ChoosePasswordAsync(visit.Page, "Save the password");

        await Expect(visit.Page.Locator(".who")).ToContainTextAsync("Admin · ana");
    }

    [Fact]
    public async Task Each_page_of_accounts_fits_every_screen_and_can_be_used_by_everybody()
    {
        foreach (Screen screen in (Screen[])[Screen.Light, Screen.Dark, Screen.Phone])
        {
            await using Visit visit = await SignInAsync(screen);
            await AddVirtualDeviceAsync(visit.Page);
            foreach (string page in (string[])["account", "account/authenticator", "account/passkeys", "account/confirm", "account/password"])
            {
                await visit.Page.GotoAsync("/" + page);
                await visit.LookAsync($"{page.Replace('/', '-')}-{screen}");
            }
            foreach (string page in (string[])["settings/users", "settings/tokens"])
            {
                await visit.GotoAsync("/" + page);
                await visit.Page.GetByText("The others do not exist for them.").ClickAsync();
                await visit.LookAsync($"{page.Replace('/', '-')}-{screen}");
            }
            await visit.Page.GetByLabel("Name of the program").FillAsync($"backup on {screen}");
            await visit.Page.GetByText("Also those that are added later.").ClickAsync();
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Make the token" }).ClickAsync();
            await Expect(visit.Page.GetByLabel("The token")).ToBeVisibleAsync();
            await visit.LookAsync($"settings-token-made-{screen}");
            await visit.GotoAsync("/settings/users");
            await visit.Page.GetByRole(AriaRole.Table, new() { Name = "Users" }).GetByRole(AriaRole.Link, new() { Name = Admin }).ClickAsync();
            await Expect(visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Their account" })).ToBeVisibleAsync();
            await visit.LookAsync($"settings-user-{screen}");
            Assert.Empty(visit.Errors);
        }
    }

    /// <summary>A device with a PIN that says yes to everything, as the browser's developer tools make one.</summary>
    private static async Task AddVirtualDeviceAsync(IPage page)
    {
        ICDPSession tools = await page.Context.NewCDPSessionAsync(page);
        await tools.SendAsync("WebAuthn.enable");
        await tools.SendAsync("WebAuthn.addVirtualAuthenticator", new()
        {
            ["options"] = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    private async Task<Visit> VisitAsync(Screen screen)
    {
        IBrowserContext context = await browser.NewContextAsync(screen, _address.ToString());
        return new Visit(context, await context.NewPageAsync());
    }

    private async Task<Visit> SignInAsync(Screen screen)
    {
        Visit visit = await VisitAsync(screen);
        await visit.Page.GotoAsync("/account/sign-in");
        await visit.Page.GetByLabel("User name").FillAsync(Admin);
        await visit.Page.GetByLabel("Password").FillAsync(Password);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in", Exact = true }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
        return visit;
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.GotoAsync("/account/sign-out");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
    }

    private static async Task ChoosePasswordAsync(IPage page, string button)
    {
        await page.GetByLabel("New password").FillAsync(Password);
        await page.GetByLabel("The same again").FillAsync(Password);
        await page.GetByRole(AriaRole.Button, new() { Name = button }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign out" })).ToBeVisibleAsync();
    }
}
