using System.Net;
using System.Net.Sockets;
using System.Text;
using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access.Proxies;

/// <summary>A proxy at 127.0.0.1 that has people sign in; the tests are that proxy, and whoever else can connect.</summary>
public sealed class ProxySignInTests(ProxySignInTests.Fixture fixture) : IClassFixture<ProxySignInTests.Fixture>, IAsyncLifetime
{
    private const string Whoami = "/api/probe/whoami";

    private AccessApp App => fixture.App;

    public async ValueTask InitializeAsync() =>
        await App.QueryAsync(static database => database.Users.Where(static user => user.UserName != AccessApp.AdminName).ExecuteDeleteAsync());

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whoever_the_proxy_names_is_signed_in_without_being_asked_and_led_on()
    {
        using Browser browser = BehindProxy("ada", "staff, vpn-admins");

        using HttpResponseMessage signedIn = await browser.GetAsync("/account/sign-in?returnUrl=%2Fsettings");
        using HttpResponseMessage settings = await browser.GetAsync("/settings");

        Assert.Equal("/settings", signedIn.Headers.Location?.AbsolutePath);
        Assert.Equal(HttpStatusCode.OK, settings.StatusCode);
    }

    [Fact]
    public async Task What_somebodys_groups_give_and_take_is_on_record()
    {
        using Browser staff = BehindProxy("hedy", "staff"), admins = BehindProxy("hedy", "vpn-admins"), strangers = BehindProxy("hedy", "strangers");
        foreach (Browser browser in (Browser[])[staff, admins, strangers])
            (await browser.GetAsync("/account/sign-in")).Dispose();
        await TestWait.ReadAsync(() => Task.FromResult(App.Services.GetRequiredService<AuditTrail>().Waiting), static waiting => waiting == 0);

        List<AuditRecord> records = await App.QueryAsync(static database => database.Set<AuditRecord>().Where(static record => record.Actor == "hedy").OrderBy(static record => record.Number).ToListAsync(Cancel));

        Assert.Equal(
            [
                ("create user", "Done", null, "Viewer, all servers"), ("sign in", "Done", null, null),
                ("change access", "Done", "Viewer, all servers", "Admin, all servers"), ("sign in", "Done", null, null),
                ("sign in", "Denied", null, null),
            ],
            records.Select(record => (record.Action, record.Outcome, record.Before, record.After)));
        Assert.Equal("proxy: none of their groups has a role.", records[^1].Reply);
    }

    [Fact]
    public async Task Whose_groups_may_do_nothing_is_told_so()
    {
        using Browser browser = BehindProxy("ada", "strangers");

        using HttpResponseMessage refused = await browser.GetAsync("/account/sign-in");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("none of your groups", await refused.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.0/8", null)]
    [InlineData("10.0.0.0/8", "10.1.2.3")]
    public async Task The_headers_of_anybody_else_are_not_believed_even_where_forwarded_headers_are(string proxy, string? forwardedFor)
    {
        await using AccessApp app = await StartAsync(proxy, knownProxy: "127.0.0.1");
        using Browser browser = BehindProxy("ada", "vpn-admins", app);
        if (forwardedFor is not null)
            browser.Headers.Add("X-Forwarded-For", forwardedFor); // claims to be the proxy that may name people

        using HttpResponseMessage signIn = await browser.GetAsync("/account/sign-in");

        Assert.Equal(HttpStatusCode.OK, signIn.StatusCode);
        Assert.False(await app.QueryAsync(static database => database.Users.AnyAsync(static user => user.UserName == "ada", Cancel)));
    }

    [Fact]
    public async Task Forwarded_headers_do_not_hide_the_proxy_that_may_name_people()
    {
        await using AccessApp app = await StartAsync("127.0.0.1", knownProxy: "127.0.0.1");
        using Browser browser = BehindProxy("ada", "vpn-admins", app);
        browser.Headers.Add("X-Forwarded-For", "203.0.113.9");

        using HttpResponseMessage signedIn = await browser.GetAsync("/account/sign-in");

        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
    }

    [Theory]
    [InlineData("X-Remote-User: ada\r\nX-Remote-Groups: staff", "302")]
    [InlineData("X-Remote-User: ada\r\nX-Remote-User: grace\r\nX-Remote-Groups: staff", "200")]
    [InlineData("X-Remote-User: ada, grace\r\nX-Remote-Groups: staff", "200")]
    [InlineData("X-Remote-User: ada\r\nX-Remote-Groups: staff\r\nX-Remote-Groups: vpn-admins", "200")]
    public async Task A_header_that_comes_twice_says_nothing(string headers, string status)
    {
        using var client = new TcpClient(App.Address.Host, App.Address.Port);
        await using NetworkStream stream = client.GetStream();

        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /account/sign-in HTTP/1.1\r\nHost: {App.Address.Authority}\r\nConnection: close\r\n{headers}\r\n\r\n"), Cancel);
        using var reader = new StreamReader(stream);

        Assert.StartsWith($"HTTP/1.1 {status} ", await reader.ReadLineAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_local_user_of_the_same_name_is_somebody_else()
    {
        using Browser browser = BehindProxy(AccessApp.AdminName, "vpn-admins");

        using HttpResponseMessage refused = await browser.GetAsync("/account/sign-in");

        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task The_session_is_worth_nothing_to_whoever_comes_past_the_proxy()
    {
        using Browser browser = await SignedInAsync("ada", "vpn-admins");
        browser.Headers.Remove("X-Remote-User");

        using HttpResponseMessage past = await browser.GetAsync(Whoami);

        Assert.Equal(HttpStatusCode.Unauthorized, past.StatusCode);
    }

    [Fact]
    public async Task When_the_proxy_names_somebody_else_the_session_is_over()
    {
        using Browser browser = await SignedInAsync("ada", "vpn-admins");
        SetHeader(browser, "X-Remote-User", "bert");

        using HttpResponseMessage asBert = await browser.GetAsync(Whoami);
        using HttpResponseMessage signedIn = await browser.GetAsync("/account/sign-in");
        using HttpResponseMessage whoami = await browser.GetAsync(Whoami);

        Assert.Equal(HttpStatusCode.Unauthorized, asBert.StatusCode);
        Assert.Equal("bert", await whoami.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task When_the_proxy_names_other_groups_the_session_is_over_and_the_next_has_their_role()
    {
        using Browser browser = await SignedInAsync("ada", "vpn-admins");
        SetHeader(browser, "X-Remote-Groups", "staff");

        using HttpResponseMessage before = await browser.GetAsync("/settings");
        using HttpResponseMessage signedIn = await browser.GetAsync("/account/sign-in");
        using HttpResponseMessage after = await browser.GetAsync("/settings");

        Assert.StartsWith("/account/sign-in", before.Headers.Location?.OriginalString, StringComparison.Ordinal);
        Assert.Equal("/account/access-denied", after.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_session_by_password_needs_no_proxy()
    {
        using Browser browser = await App.SignInAsync();

        using HttpResponseMessage whoami = await browser.GetAsync(Whoami);

        Assert.Equal(AccessApp.AdminName, await whoami.Content.ReadAsStringAsync(Cancel));
    }

    private async Task<Browser> SignedInAsync(string user, string groups)
    {
        Browser browser = BehindProxy(user, groups);
        using HttpResponseMessage signedIn = await browser.GetAsync("/account/sign-in");
        using HttpResponseMessage whoami = await browser.GetAsync(Whoami);
        Assert.Equal(user, await whoami.Content.ReadAsStringAsync(Cancel));
        return browser;
    }

    private Browser BehindProxy(string user, string groups, AccessApp? app = null)
    {
        var browser = new Browser((app ?? App).Address);
        browser.Headers.Add("X-Remote-User", user);
        browser.Headers.Add("X-Remote-Groups", groups);
        return browser;
    }

    private static void SetHeader(Browser browser, string name, string value)
    {
        browser.Headers.Remove(name);
        browser.Headers.Add(name, value);
    }

    private static async Task<AccessApp> StartAsync(string address, string? knownProxy = null) =>
        await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), builder =>
        {
            Set("ProxySignIn:UserHeader", "X-Remote-User");
            Set("ProxySignIn:GroupsHeader", "X-Remote-Groups");
            Set("ProxySignIn:Addresses:0", address);
            Set("Grants:0:Group", "vpn-admins");
            Set("Grants:0:Role", Roles.Admin);
            Set("Grants:1:Group", "staff");
            Set("Grants:1:Role", Roles.Viewer);
            if (knownProxy is not null)
                Set("KnownProxies:0", knownProxy);

            void Set(string key, string value) => builder.Configuration[$"Dashboard:Access:{key}"] = value;
        }, AccessFixture.MapProbes);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class Fixture : IAsyncLifetime
    {
        internal AccessApp App { get; private set; } = null!;

        public async ValueTask InitializeAsync() => App = await StartAsync("127.0.0.1");

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }
}
