using System.Net;
using AngleSharp.Html.Dom;
using Dashboard.Access;
using Dashboard.Tests.Storage;

namespace Dashboard.Tests.Access.Proxies;

/// <summary>The dashboard under a path of a host, behind a proxy that passes the whole path on, and behind one that removes the prefix.</summary>
public sealed class UnderPathTests : IAsyncLifetime
{
    private const string PathBase = "/vpn";

    private AccessApp _app = null!;

    public static TheoryData<bool> Proxies => [false, true];

    public async ValueTask InitializeAsync()
    {
        _app = await AccessApp.StartAsync(await TestDatabase.NewAsync(), settings: [$"--Dashboard:PathBase={PathBase}"]);
        using Browser browser = Open(removesPrefix: false);
        using HttpResponseMessage created = await browser.PostFormAsync(await _app.FirstAdminLinkAsync(), AccessApp.NewAdmin(AccessApp.AdminName));
        Assert.Equal(HttpStatusCode.Redirect, created.StatusCode);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task The_link_of_the_first_administrator_names_the_path() =>
        Assert.StartsWith("/vpn/account/first-admin?token=", await _app.FirstAdminLinkAsync(), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task Whoever_is_not_signed_in_is_led_to_the_sign_in_and_back(bool removesPrefix)
    {
        using Browser browser = Open(removesPrefix);

        using HttpResponseMessage asked = await browser.GetAsync("/vpn/servers/paris?tab=log");
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword, asked.Headers.Location!.OriginalString);

        Assert.Equal("/vpn/account/sign-in?returnUrl=%2Fservers%2Fparis%3Ftab%3Dlog", asked.Headers.Location.OriginalString);
        Assert.Equal(new Uri(_app.Address, "/vpn/servers/paris?tab=log"), signedIn.Headers.Location);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task Cookies_are_sent_to_the_dashboard_alone(bool removesPrefix)
    {
        using Browser browser = Open(removesPrefix);

        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword, "/vpn/account/sign-in");

        Assert.Equal(["dashboard-antiforgery", "dashboard-session"], browser.Cookies.GetAllCookies().Select(static cookie => cookie.Name).Order(StringComparer.Ordinal));
        Assert.All(browser.Cookies.GetAllCookies(), static cookie => Assert.Equal(PathBase, cookie.Path));
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task Every_link_form_and_script_of_a_page_stays_under_the_path(bool removesPrefix)
    {
        using Browser browser = await SignInAsync(removesPrefix);

        foreach (string page in (string[])["", "settings/users", "reports/top", "clients/a%2Fb", "no-such-page", "account", "account/password", "account/sign-out", "account/access-denied", "account/confirm?returnUrl=%2Faccount"])
        {
            using HttpResponseMessage response = await browser.GetAsync($"/vpn/{page}");
            IHtmlDocument document = await Browser.ReadAsync(response);

            Assert.Equal("/vpn/", document.QuerySelector("base")!.GetAttribute("href"));
            Assert.DoesNotContain(document.QuerySelectorAll("[href]:not(base), [src], [action]"),
                static element => (element.GetAttribute("href") ?? element.GetAttribute("src") ?? element.GetAttribute("action"))! is ['/', ..] and not ['/', 'v', 'p', 'n', '/', ..]);
        }
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task Signing_out_leads_to_the_sign_in_page_under_the_path(bool removesPrefix)
    {
        using Browser browser = await SignInAsync(removesPrefix);

        using HttpResponseMessage signedOut = await browser.PostFormAsync("/vpn/account/sign-out");
        using HttpResponseMessage home = await browser.GetAsync("/vpn/");

        Assert.Equal("/vpn/account/sign-in", signedOut.Headers.Location!.OriginalString);
        Assert.Equal("/vpn/account/sign-in", home.Headers.Location!.OriginalString);
    }

    [Theory]
    [MemberData(nameof(Proxies))]
    public async Task What_a_role_does_not_allow_is_refused_under_the_path(bool removesPrefix)
    {
        await _app.AddUserAsync("victor", AccessApp.AdminPassword, Roles.Viewer);
        using Browser browser = await SignInAsync(removesPrefix, "victor");

        using HttpResponseMessage refused = await browser.GetAsync("/vpn/settings/users");

        Assert.Equal("/vpn/account/access-denied", refused.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("/vpn/healthz", HttpStatusCode.OK)]
    [InlineData("/healthz", HttpStatusCode.OK)]
    [InlineData("/vpn/api/v1/servers", HttpStatusCode.OK)]
    [InlineData("/api/v1/servers", HttpStatusCode.OK)]
    [InlineData("/vpn/readyz", HttpStatusCode.OK)]
    [InlineData("/vpn/css/console.css", HttpStatusCode.OK)]
    [InlineData("/vpnx/healthz", HttpStatusCode.NotFound)]
    [InlineData("/vpn/vpn/healthz", HttpStatusCode.NotFound)]
    public async Task Programs_reach_it_with_the_path_and_on_this_machine_without(string path, HttpStatusCode expected)
    {
        using HttpClient client = new() { BaseAddress = _app.Address };
        using HttpRequestMessage request = new(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {AccessApp.AdminToken}" } } };

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private Browser Open(bool removesPrefix) => new(_app.Address, new Proxy(removesPrefix));

    private async Task<Browser> SignInAsync(bool removesPrefix, string userName = AccessApp.AdminName)
    {
        Browser browser = Open(removesPrefix);
        using HttpResponseMessage response = await browser.SignInAsync(userName, AccessApp.AdminPassword, "/vpn/account/sign-in");
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    private sealed class Proxy(bool removesPrefix) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Assert.StartsWith("/vpn/", request.RequestUri!.AbsolutePath, StringComparison.Ordinal); // everything else on the host is somebody else's
            if (removesPrefix)
                request.RequestUri = new Uri(request.RequestUri, request.RequestUri.PathAndQuery[PathBase.Length..]);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
