using System.Net;
using System.Security.Claims;
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
        await app.AddUserAsync(AccessApp.AdminName, AccessApp.AdminPassword, Roles.Viewer);

        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        string cookie = response.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("dashboard-session=", StringComparison.Ordinal));
        Assert.Contains("; secure", cookie);
    }

    [Fact]
    public async Task An_outage_of_the_database_signs_nobody_out()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync());
        using Browser browser = await SignedInAsync(app);

        await app.QueryAsync(static async database => await database.Database.EnsureDeletedAsync());
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains(app.Log.Entries, static entry => entry.Contains("could not be checked; it is kept", StringComparison.Ordinal));
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
        Assert.Equal("/account/sign-in?returnUrl=%2Fservers", page.QuerySelector("a.btn")!.GetAttribute("href"));
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
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<DashboardUser>>();
        DashboardUser user = (await signIn.UserManager.FindByNameAsync(AccessApp.AdminName))!;
        var sessions = scope.ServiceProvider.GetRequiredService<SignInSessions>();
        ClaimsPrincipal principal = await signIn.CreateUserPrincipalAsync(user);
        SignInSessionRow session = new() { Id = Guid.NewGuid(), UserId = user.Id, CreatedAt = DateTimeOffset.UtcNow, LastSeenAt = DateTimeOffset.UtcNow };
        await sessions.AddAsync(session, Cancel);
        principal.Identities.First().AddClaims(SessionClaims.Make(session.Id, session.CreatedAt));
        Assert.True(await sessions.IsCurrentAsync(principal, Cancel));

        await (change switch
        {
            "stamp" => signIn.UserManager.UpdateSecurityStampAsync(user),
            "role" => signIn.UserManager.RemoveFromRoleAsync(user, Roles.Admin),
            "servers" => app.QueryAsync(static database => database.Users.ExecuteUpdateAsync(static set => set.SetProperty(static u => u.Servers, ["paris"]))),
            "session" => sessions.EndAsync(user.Id, session.Id, Cancel),
            _ => (Task)signIn.UserManager.DeleteAsync(user),
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
