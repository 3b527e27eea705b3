using System.Net;
using System.Security.Claims;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Dashboard.Access;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class SessionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private const string NewPassword = "an entirely different phrase";

    [Fact]
    public void Open_pages_ask_again_within_seconds_whether_their_session_still_counts() =>
        Assert.InRange(AccessRegistration.RevalidationInterval, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));

    [Fact]
    public async Task A_changed_password_keeps_this_session_and_ends_the_others()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using Browser here = await SignedInAsync(app), there = await SignedInAsync(app);

        using HttpResponseMessage changed = await ChangePasswordAsync(here, AccessApp.AdminPassword);
        using HttpResponseMessage pageHere = await here.GetAsync("/");
        using HttpResponseMessage pageThere = await there.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal(HttpStatusCode.OK, pageHere.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, pageThere.StatusCode);
        Assert.Equal("/account/sign-in", pageThere.Headers.Location?.OriginalString);
        using var again = new Browser(app.Address);
        using HttpResponseMessage withOld = await again.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        using HttpResponseMessage withNew = await again.SignInAsync(AccessApp.AdminName, NewPassword);
        Assert.Equal(HttpStatusCode.Unauthorized, withOld.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, withNew.StatusCode);
    }

    [Fact]
    public async Task Changing_the_password_takes_the_current_one_and_counts_wrong_ones()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using Browser browser = await SignedInAsync(app);

        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage refused = await ChangePasswordAsync(browser, $"wrong password {i}");
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }
        using HttpResponseMessage locked = await ChangePasswordAsync(browser, AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.BadRequest, locked.StatusCode);
    }

    [Fact]
    public async Task A_session_survives_a_restart_of_the_dashboard()
    {
        string database = await TestDatabase.NewAsync();
        DirectoryInfo data = Directory.CreateTempSubdirectory("dashboard-access-");
        void Keep(WebApplicationBuilder builder) => builder.Configuration["Dashboard:History:DataDirectory"] = data.FullName;
        CookieContainer cookies;
        await using (AccessApp first = await AccessApp.StartWithAdminAsync(database, Keep))
        {
            using Browser browser = await SignedInAsync(first);
            cookies = browser.Cookies;
        }

        await using AccessApp second = await AccessApp.StartAsync(database, Keep);
        using var after = new Browser(second.Address);
        foreach (Cookie cookie in cookies.GetAllCookies())
            after.Cookies.Add(second.Address, new Cookie(cookie.Name, cookie.Value));
        using HttpResponseMessage page = await after.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        string keys = Path.Combine(data.FullName, "keys");
        Assert.NotEmpty(Directory.EnumerateFiles(keys));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(keys));
        data.Delete(recursive: true);
    }

    [Fact]
    public async Task The_cookie_is_marked_secure_on_https()
    {
        await using AccessApp app = await AccessApp.StartAsync(await TestDatabase.NewAsync(), static builder => builder.WebHost.UseTestServer());
        TestServer server = app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>() as TestServer ?? throw new InvalidOperationException();
        using var browser = new Browser(new Uri("https://dashboard.example"), server.CreateHandler());
        await app.FirstAdminLinkAsync(); // the roles are there by then
        await app.AddUserAsync(AccessApp.AdminName, AccessApp.AdminPassword, Roles.Viewer);

        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        string cookie = response.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("dashboard-session=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie);
    }

    [Fact]
    public async Task An_outage_of_the_database_signs_nobody_out()
    {
        string database = await TestDatabase.NewAsync();
        await using AccessApp app = await AccessApp.StartWithAdminAsync(database);
        using Browser browser = await SignedInAsync(app);

        await TestDatabase.CloseAsync(database);
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Without_a_database_the_sign_in_page_says_why_and_that_it_will_try_again()
    {
        await using AccessApp app = await AccessApp.StartAsync("Host=/no/such/folder;Username=nobody;Database=none", whenReady: false);
        StorageState storage = app.Services.GetRequiredService<StorageState>();
        StorageStatus status = await WaitFor.ValueAsync(() => storage.Current.Condition is StorageCondition.Unavailable ? storage.Current : null);
        using var browser = new Browser(app.Address);

        using HttpResponseMessage response = await browser.GetAsync("/account/sign-in?returnUrl=%2Fservers");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
        var page = await Browser.ReadAsync(response);
        Assert.Contains(status.Reason, page.QuerySelector("[role=status]")!.TextContent);
        Assert.Equal("account/sign-in?returnUrl=%2Fservers", page.QuerySelector("a.btn")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("stamp")]
    [InlineData("role")]
    [InlineData("servers")]
    [InlineData("session")]
    [InlineData("user")]
    public async Task A_circuit_ends_when_what_its_user_is_has_changed(string change)
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        await using AsyncServiceScope scope = app.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<DashboardUser>>();
        DashboardUser user = (await users.FindByNameAsync(AccessApp.AdminName))!;
        var sessions = scope.ServiceProvider.GetRequiredService<SignInSessions>();
        ClaimsPrincipal principal = await app.PrincipalAsync(AccessApp.AdminName);
        Assert.True(await sessions.IsCurrentAsync(principal, Cancel));

        await (change switch
        {
            "stamp" => users.UpdateSecurityStampAsync(user),
            "role" => users.RemoveFromRoleAsync(user, Roles.Admin),
            "servers" => app.QueryAsync(static database => database.Users.ExecuteUpdateAsync(static set => set.SetProperty(static u => u.Servers, ["paris"]))),
            "session" => sessions.EndAsync(user.Id, principal.SessionId()!.Value, Cancel),
            _ => (Task)users.DeleteAsync(user),
        });

        Assert.False(await sessions.IsCurrentAsync(principal, Cancel));
    }

    [Fact]
    public async Task Twenty_wrong_passwords_from_one_address_silence_it()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using var browser = new Browser(app.Address);
        for (int i = 0; i < SignInThrottle.Limit; i++)
        {
            using HttpResponseMessage refused = await browser.SignInAsync($"user{i}", "not the right password");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using HttpResponseMessage silenced = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.TooManyRequests, silenced.StatusCode);
        Assert.NotNull(silenced.Headers.RetryAfter);
        Assert.NotNull((await Browser.ReadAsync(silenced)).QuerySelector("[role=alert]"));
    }

    [Fact]
    public async Task A_session_that_somebody_planted_never_becomes_anybody_elses()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        await app.AddUserAsync("mallory", AccessApp.AdminPassword, Roles.Viewer);
        using Browser attacker = await app.SignInAsync("mallory");
        string planted = attacker.Cookies.GetCookies(app.Address)["dashboard-session"]!.Value;
        using var victim = new Browser(app.Address);
        IHtmlFormElement form = await victim.GetFormAsync("/account/sign-in");
        victim.Cookies.Add(app.Address, new Cookie("dashboard-session", planted));

        using HttpResponseMessage refused = await victim.PostAsync(form, ("userName", AccessApp.AdminName), ("password", AccessApp.AdminPassword));
        using HttpResponseMessage theirs = await attacker.GetAsync("/account");
        using Browser first = await app.SignInAsync(), second = await app.SignInAsync();

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode); // the form was not made for who the cookie says
        Assert.DoesNotContain(AccessApp.AdminName, await theirs.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(3, await app.QueryAsync(database => database.Set<SignInSessionRow>().Where(row => row.Method == "password").CountAsync(Cancel)));
    }

    [Fact]
    public async Task A_cookie_that_was_copied_is_worth_nothing_after_the_sign_out()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using Browser browser = await app.SignInAsync();
        using var thief = new Browser(app.Address);
        thief.Cookies.Add(app.Address, new Cookie("dashboard-session", browser.Cookies.GetCookies(app.Address)["dashboard-session"]!.Value));
        using HttpResponseMessage before = await thief.GetAsync("/");

        using HttpResponseMessage signedOut = await browser.PostFormAsync("/account/sign-out");
        using HttpResponseMessage after = await thief.GetAsync("/");

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Redirect), (before.StatusCode, after.StatusCode));
    }

    [Fact]
    public async Task The_account_page_lists_the_sessions_and_ends_one_at_once()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using var there = new Browser(app.Address);
        there.Headers.UserAgent.ParseAdd("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0");
        using HttpResponseMessage signedIn = await there.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        using Browser here = await app.SignInAsync();

        IHtmlDocument page = await Browser.ReadAsync(await here.GetAsync("/account"));
        IElement row = page.QuerySelectorAll(".rows li").Single(static li => li.TextContent.Contains("Firefox on Linux", StringComparison.Ordinal));
        using HttpResponseMessage ended = await here.PostAsync(row.QuerySelector<IHtmlFormElement>("form")!);
        using HttpResponseMessage theirs = await there.GetAsync("/");
        using HttpResponseMessage ours = await here.GetAsync("/");

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.OK), (theirs.StatusCode, ours.StatusCode));
    }

    [Fact]
    public async Task Signing_out_everywhere_else_ends_all_of_ones_own_sessions_but_this_and_nobody_elses()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        await app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);
        using Browser one = await app.SignInAsync(), two = await app.SignInAsync(), ada = await app.SignInAsync("ada"), here = await app.SignInAsync();

        IHtmlDocument page = await Browser.ReadAsync(await here.GetAsync("/account"));
        using HttpResponseMessage ended = await here.PostAsync(page.Forms.Single(static form => form.TextContent.Contains("everywhere else", StringComparison.Ordinal)));
        List<HttpStatusCode> after = [];
        foreach (Browser browser in (Browser[])[one, two, ada, here])
            after.Add((await browser.GetAsync("/")).StatusCode);

        Assert.Contains("sessions have ended", await ended.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal([HttpStatusCode.Redirect, HttpStatusCode.Redirect, HttpStatusCode.OK, HttpStatusCode.OK], after);
    }

    [Fact]
    public async Task Nobody_can_end_the_session_of_somebody_else()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        await app.AddUserAsync("mallory", AccessApp.AdminPassword, Roles.Viewer);
        ClaimsPrincipal admin = await app.PrincipalAsync(AccessApp.AdminName);
        var sessions = app.Services.GetRequiredService<SignInSessions>();

        bool ended = await sessions.EndAsync(await app.IdOfAsync("mallory"), admin.SessionId()!.Value, Cancel);

        Assert.False(ended);
        Assert.True(await sessions.IsCurrentAsync(admin, Cancel));
    }

    [Fact]
    public async Task A_session_that_nobody_uses_for_twelve_hours_is_over()
    {
        var clock = new MovableClock();
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), builder => builder.Services.AddSingleton<TimeProvider>(clock));
        ClaimsPrincipal admin = await app.PrincipalAsync(AccessApp.AdminName);
        var sessions = app.Services.GetRequiredService<SignInSessions>();

        clock.Advance(SignInSessions.Lifetime - TimeSpan.FromMinutes(1));
        Assert.True(await sessions.IsCurrentAsync(admin, Cancel)); // and was seen
        clock.Advance(SignInSessions.Lifetime - TimeSpan.FromMinutes(1));
        Assert.True(await sessions.IsCurrentAsync(admin, Cancel));
        clock.Advance(SignInSessions.Lifetime);
        Assert.False(await sessions.IsCurrentAsync(admin, Cancel));
    }

    private static async Task<Browser> SignedInAsync(AccessApp app)
    {
        var browser = new Browser(app.Address);
        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    private static Task<HttpResponseMessage> ChangePasswordAsync(Browser browser, string current) =>
        browser.PostFormAsync("/account/password", ("currentPassword", current), ("newPassword", NewPassword), ("repeatedPassword", NewPassword));
}
