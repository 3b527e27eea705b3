using System.Globalization;
using System.Text.RegularExpressions;

using E2E.Browsers;
using E2E.Pages;
using E2E.Program;

using Microsoft.Playwright;

using static Microsoft.Playwright.Assertions;

namespace E2E.Proxies;

/// <summary>The dashboard under a path of a host that a real proxy serves, and what a page says to which a proxy lets no WebSocket through.</summary>
public sealed class ReverseProxyTests(Browser browser, ReverseProxyTests.Fixture fixture) : IClassFixture<ReverseProxyTests.Fixture>
{
    private const string Headers = """
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        """;

    private const string WebSockets = """
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("nginx", false)]
    [InlineData("nginx", true)]
    [InlineData("haproxy", false)]
    [InlineData("haproxy", true)]
    public async Task A_person_works_under_a_path_as_at_the_root_of_a_host(string program, bool removesPrefix)
    {
        await using ReverseProxy proxy = program is "nginx"
            ? await ReverseProxy.StartNginxAsync($"location /vpn/ {{ proxy_pass {fixture.Address}{(removesPrefix ? "/" : "")}; {Headers} {WebSockets} }}", Cancel)
            : await ReverseProxy.StartHAProxyAsync((removesPrefix ? "http-request replace-path /vpn(/)?(.*) /\\2\n  " : "") + $"server dashboard {fixture.Target.Authority}", Cancel);
        await using Visit visit = await OpenAsync(proxy);
        IPage page = visit.Page;

        await page.GotoAsync("reports");
        await Account.FillInAsync(page);
        await Expect(page).ToHaveURLAsync($"{proxy.Address}vpn/reports");
        await page.Locator("[data-interactive]").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Overview", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{proxy.Address}vpn/");
        await page.GetByLabel("Find a client, address or server").FillAsync("nobody");
        await Expect(page.GetByText("Search the sessions of the past year")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Dark theme" }).ClickAsync();
        IReadOnlyList<BrowserContextCookiesResult> cookies = await page.Context.CookiesAsync();
        Assert.All(cookies, static cookie => Assert.Equal("/vpn", cookie.Path.TrimEnd('/')));
        Assert.Contains(cookies, static cookie => cookie.Name is "theme");

        await page.GotoAsync("account/password");
        await page.GetByLabel("Current password").FillAsync("not the right one");
        await page.GetByLabel("New password").FillAsync("another long password");
        await page.GetByLabel("The same again").FillAsync("another long password");
        Assert.True(visit.Errors.Count == 0, string.Join('\n', visit.Errors));
        await page.GetByRole(AriaRole.Button, new() { Name = "Change password" }).ClickAsync();
        await Expect(page.GetByText("The current password is not right")).ToBeVisibleAsync();

        await visit.GotoAsync("");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"{proxy.Address}vpn/account/sign-in");
        await page.GotoAsync("settings/users");
        await Expect(page).ToHaveURLAsync($"{proxy.Address}vpn/account/sign-in?returnUrl=%2Fsettings%2Fusers");
    }

    [Fact]
    public async Task Where_no_WebSocket_passes_the_page_says_so_and_looks_dead()
    {
        await using ReverseProxy proxy = await ReverseProxy.StartNginxAsync($"location /vpn/ {{ proxy_pass {fixture.Address}; {Headers} }}", Cancel);
        await using Visit visit = await OpenAsync(proxy);
        IPage page = visit.Page;
        await page.GotoAsync("");
        await Account.FillInAsync(page);

        await Expect(Notice(page)).ToBeVisibleAsync();
        await Expect(page.Locator("main")).ToHaveCSSAsync("filter", "grayscale(1)");
        await Expect(page.Locator("main :is(button, input, select):not([inert])")).ToHaveCountAsync(0);
        await Expect(page.Locator("search")).ToHaveJSPropertyAsync("inert", true);

        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator("summary").GetByText("nginx")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("proxy_set_header Upgrade $http_upgrade;")).ToBeVisibleAsync();
        await visit.LookAsync("not-connected-light");
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await visit.LookAsync("not-connected-dark");
        await page.SetViewportSizeAsync(390, 780);
        await visit.LookAsync("not-connected-phone");

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/vpn/account/sign-in$", RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Where_the_connection_comes_late_the_notice_goes()
    {
        await using HeldRelay held = new(fixture.Target);
        string late = string.Create(CultureInfo.InvariantCulture, $"location = /vpn/_blazor {{ proxy_pass http://127.0.0.1:{held.Port}; {Headers} {WebSockets} }}");
        await using ReverseProxy proxy = await ReverseProxy.StartNginxAsync($"{late} location /vpn/ {{ proxy_pass {fixture.Address}; {Headers} {WebSockets} }}", Cancel);
        await using Visit visit = await OpenAsync(proxy);
        IPage page = visit.Page;
        await page.GotoAsync("");
        await Account.FillInAsync(page);
        await Expect(Notice(page)).ToBeVisibleAsync();

        held.Release();

        await Expect(Notice(page)).ToBeHiddenAsync();
        await Expect(page.Locator("main")).ToHaveCSSAsync("filter", "none");
        await Expect(page.Locator("[inert]")).ToHaveCountAsync(0);
        await page.GetByLabel("Find a client, address or server").FillAsync("nobody");
        await Expect(page.GetByText("Search the sessions of the past year")).ToBeVisibleAsync();
    }

    private static ILocator Notice(IPage page) => page.GetByRole(AriaRole.Complementary, new() { Name = "This page is not connected to the dashboard." });

    private async Task<Visit> OpenAsync(ReverseProxy proxy)
    {
        IBrowserContext context = await browser.NewContextAsync(Screen.Light, $"{proxy.Address}vpn/");
        return new Visit(context, await context.NewPageAsync());
    }

    public sealed class Fixture(Browser browser) : IAsyncLifetime
    {
        private DashboardProgram _program = null!;

        /// <summary>Where the dashboard listens.</summary>
        public Uri Target { get; private set; } = null!;

        /// <summary>The same as a text without a slash at its end, which would be a path.</summary>
        public string Address => Target.GetLeftPart(UriPartial.Authority);

        public async ValueTask InitializeAsync()
        {
            _program = await DashboardProgram.StartAsync(new { PathBase = "/vpn", Access = new { KnownProxies = new[] { "127.0.0.1" } } }, cancellationToken: Cancel);
            Target = new Uri(_program.Address.GetLeftPart(UriPartial.Authority));
            IBrowserContext context = await browser.NewContextAsync(Screen.Light, Target.ToString());
            await using Visit visit = new(context, await context.NewPageAsync());
            await Account.CreateFirstAdministratorAsync(visit.Page, await _program.WaitForFirstAdminLinkAsync(Cancel));
        }

        public ValueTask DisposeAsync() => _program.DisposeAsync();
    }
}
