using System.Net;
using Dashboard.Access;
using Dashboard.Access.Proxies;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Dashboard.Tests.Access.Proxies;

public sealed class KnownProxiesTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "11.1.2.3", false)]
    [InlineData("10.1.2.3", "10.1.2.3", true)]
    [InlineData("10.1.2.3", "10.1.2.4", false)]
    [InlineData("fd00::/8", "fd00::1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    public void An_address_is_known_when_it_is_within_a_network(string network, string address, bool known)
    {
        Assert.True(KnownProxies.TryParse(network, out IPNetwork parsed));

        Assert.Equal(known, KnownProxies.Include([parsed], IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("0.0.0.0/0")]
    [InlineData("::/0")]
    public void What_is_no_address_and_no_network_is_a_mistake_with_its_key(string entry)
    {
        var result = new KnownProxiesValidator().Validate(name: null, new AccessOptions { KnownProxies = ["10.1.2.3", entry] });

        Assert.StartsWith("Dashboard:Access:KnownProxies:1: ", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_proxy_says_who_asks_and_by_which_address()
    {
        await using AccessApp app = await StartAsync("127.0.0.1");

        Assert.Equal("203.0.113.9 https://vpn.example", await AskAsync(app, "203.0.113.9"));
    }

    [Fact]
    public async Task Only_the_last_unknown_address_in_the_chain_is_the_sender()
    {
        await using AccessApp app = await StartAsync("127.0.0.1", "10.0.0.0/8");

        Assert.Equal("203.0.113.9 https://vpn.example", await AskAsync(app, "6.6.6.6, 203.0.113.9, 10.1.2.3"));
    }

    [Theory]
    [InlineData]
    [InlineData("10.0.0.0/8")]
    public async Task Forwarded_headers_of_anybody_else_are_not_believed(params string[] proxies)
    {
        await using AccessApp app = await StartAsync(proxies);

        Assert.Equal($"127.0.0.1 http://{app.Address.Authority}", await AskAsync(app, "203.0.113.9"));
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("10.0.0.0/8", false)]
    public async Task Browsers_that_come_by_https_to_a_known_proxy_are_told_to_stay_with_it(string proxy, bool told)
    {
        await using AccessApp app = await StartAsync(proxy);
        using var browser = new Browser(app.Address);
        browser.Headers.Add("X-Forwarded-For", "203.0.113.9");
        browser.Headers.Add("X-Forwarded-Proto", "https");
        browser.Headers.Add("X-Forwarded-Host", "vpn.example");

        using HttpResponseMessage response = await browser.GetAsync("/account/sign-in");

        Assert.Equal(told, response.Headers.Contains("Strict-Transport-Security"));
    }

    [Theory]
    [InlineData("127.0.0.1", HttpStatusCode.Redirect)]
    [InlineData("10.0.0.0/8", HttpStatusCode.Forbidden)]
    public async Task Behind_a_known_proxy_with_TLS_the_address_in_the_browser_is_our_own(string proxy, HttpStatusCode expected)
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), builder => builder.Configuration["Dashboard:Access:KnownProxies:0"] = proxy);
        using var browser = new Browser(app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        browser.Headers.Add("X-Forwarded-Proto", "https");
        browser.Headers.Add("X-Forwarded-Host", "vpn.example");
        browser.Headers.Add("X-Forwarded-For", "203.0.113.9");
        browser.Headers.Add("Origin", "https://vpn.example");

        using HttpResponseMessage signedOut = await browser.PostFormAsync("/account/sign-out");

        Assert.Equal(expected, signedOut.StatusCode);
    }

    private static async Task<AccessApp> StartAsync(params string[] proxies) =>
        await AccessApp.StartAsync(
            "Host=127.0.0.1;Port=1",
            builder =>
            {
                for (int i = 0; i < proxies.Length; i++)
                    builder.Configuration[$"Dashboard:Access:KnownProxies:{i}"] = proxies[i];
            },
            static app => app.MapGet("/sender", static (HttpContext context) =>
                $"{context.Connection.RemoteIpAddress} {context.Request.Scheme}://{context.Request.Host}").AllowAnonymous(),
            whenReady: false);

    private static async Task<string> AskAsync(AccessApp app, string forwardedFor)
    {
        using var browser = new Browser(app.Address);
        browser.Headers.Add("X-Forwarded-For", forwardedFor);
        browser.Headers.Add("X-Forwarded-Proto", string.Join(", ", forwardedFor.Split(',').Select(static _ => "https")));
        browser.Headers.Add("X-Forwarded-Host", string.Join(", ", forwardedFor.Split(',').Select(static _ => "vpn.example")));
        using HttpResponseMessage response = await browser.GetAsync("/sender");
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
