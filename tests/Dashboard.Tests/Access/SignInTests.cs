using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Dashboard.Access;
using Dashboard.Components.Account;
using Dashboard.Storage;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class SignInTests(SignInTests.Fixture fixture) : IClassFixture<SignInTests.Fixture>
{
    private readonly AccessApp _app = fixture.App;

    [Fact]
    public async Task The_right_password_opens_a_session_in_a_cookie_that_no_script_and_no_other_site_can_use()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        string cookie = response.Headers.GetValues("Set-Cookie").Single(static c => c.StartsWith("dashboard-session=", StringComparison.Ordinal));
        Assert.Contains("; httponly", cookie);
        Assert.Contains("; samesite=lax", cookie);
        Assert.Contains("; path=/", cookie);
        Assert.DoesNotContain("; secure", cookie); // plain http on the loopback
        Assert.DoesNotContain("; expires", cookie);
        using HttpResponseMessage page = await browser.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        using var browser = new Browser(_app.Address);
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);

        using HttpResponseMessage wrong = await browser.SignInAsync("ada", "not the right password");
        using HttpResponseMessage unknown = await browser.SignInAsync("eve", "not the right password");

        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(wrong.StatusCode, unknown.StatusCode);
        IHtmlDocument wrongPage = await Browser.ReadAsync(wrong), unknownPage = await Browser.ReadAsync(unknown);
        Assert.Equal(SignIn.Refusal, wrongPage.QuerySelector("[role=alert]")!.TextContent.Trim());
        Assert.Equal(Comparable(wrongPage, "ada"), Comparable(unknownPage, "eve"));

        static string Comparable(IHtmlDocument page, string name)
        {
            page.QuerySelector("input[name=__RequestVerificationToken]")!.Remove();
            Assert.Equal(name, page.QuerySelector<IHtmlInputElement>("#user-name")!.DefaultValue);
            page.QuerySelector("#user-name")!.Remove();
            return page.QuerySelector("main")!.OuterHtml;
        }
    }

    [Fact]
    public async Task Every_refusal_costs_one_password_hash()
    {
        await _app.AddUserAsync("joan", AccessApp.AdminPassword, Roles.Viewer);
        using var browser = new Browser(_app.Address);

        async Task<int> HashesOfAsync(string userName)
        {
            int before = fixture.Hasher.Verified;
            using HttpResponseMessage response = await browser.SignInAsync(userName, "not the right password");
            return fixture.Hasher.Verified - before;
        }

        Assert.Equal(1, await HashesOfAsync("nobody-of-this-name"));
        for (int i = 0; i < 5; i++)
            Assert.Equal(1, await HashesOfAsync("joan"));
        Assert.True(await IsLockedOutAsync("joan"));
        Assert.Equal(1, await HashesOfAsync("joan"));
    }

    [Fact]
    public async Task Five_wrong_passwords_lock_the_account_for_five_minutes_even_for_the_right_one()
    {
        await _app.AddUserAsync("mallory", AccessApp.AdminPassword, Roles.Viewer);
        using var browser = new Browser(_app.Address);
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage refused = await browser.SignInAsync("mallory", $"wrong password {i}");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using HttpResponseMessage locked = await browser.SignInAsync("mallory", AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        Assert.Equal(SignIn.Refusal, (await Browser.ReadAsync(locked)).QuerySelector("[role=alert]")!.TextContent.Trim());
        DateTimeOffset? end = await _app.QueryAsync(static database => database.Users.Where(static user => user.UserName == "mallory").Select(static user => user.LockoutEnd).SingleAsync());
        Assert.InRange(end!.Value - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));

        await _app.QueryAsync(static database => database.Users.Where(static user => user.UserName == "mallory")
            .ExecuteUpdateAsync(static set => set.SetProperty(static user => user.LockoutEnd, DateTimeOffset.UtcNow.AddSeconds(-1))));
        using HttpResponseMessage unlocked = await browser.SignInAsync("mallory", AccessApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, unlocked.StatusCode);
    }

    [Fact]
    public async Task Guesses_in_parallel_are_all_counted()
    {
        await _app.AddUserAsync("trent", AccessApp.AdminPassword, Roles.Viewer);
        using var browser = new Browser(_app.Address);
        IHtmlFormElement form = await browser.GetFormAsync("/account/sign-in");

        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => browser.PostAsync(form, ("userName", "trent"), ("password", $"guess number {i}"))));

        Assert.True(await IsLockedOutAsync("trent"));
    }

    [Theory]
    [InlineData("/servers/edge?tab=log", "/servers/edge?tab=log")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example/", "/")]
    [InlineData("/\t/evil.example/", "/")]
    [InlineData("\\\\evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("/../evil", "/")]
    [InlineData("", "/")]
    public async Task A_sign_in_leads_to_a_page_of_the_dashboard_and_nowhere_else(string returnUrl, string expected)
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SignInAsync(
            AccessApp.AdminName, AccessApp.AdminPassword, "/account/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl));

        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        var location = new Uri(_app.Address, response.Headers.Location!);
        Assert.Equal(_app.Address.Authority, location.Authority);
        Assert.Equal(expected, location.PathAndQuery);
    }

    [Fact]
    public async Task Whoever_is_signed_in_already_is_led_on()
    {
        using var browser = new Browser(_app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        using HttpResponseMessage response = await browser.GetAsync("/account/sign-in?returnUrl=%2Fservers");

        Assert.Equal("/servers", new Uri(_app.Address, response.Headers.Location!).PathAndQuery);
    }

    [Theory]
    [InlineData("/account/sign-in", "sign-in")]
    [InlineData("/account/first-admin", "first-admin")]
    public async Task A_form_without_its_antiforgery_token_is_refused(string page, string handler)
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, page)
        {
            Content = new FormUrlEncodedContent([new("_handler", handler), new("userName", AccessApp.AdminName), new("password", AccessApp.AdminPassword)]),
        });

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Null(browser.Cookies.GetAllCookies()["dashboard-session"]);
    }

    [Fact]
    public async Task A_refused_password_is_not_sent_back_with_the_form()
    {
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SignInAsync("somebody", "mistyped but secret");

        Assert.DoesNotContain("mistyped but secret", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_is_shown_as_text_whatever_is_in_it_and_one_that_nobody_has_is_not_logged()
    {
        const string Name = "<b>x</b>\r\nforged entry\u202e";
        using var browser = new Browser(_app.Address);

        using HttpResponseMessage response = await browser.SignInAsync(Name, "not the right password");

        IHtmlDocument page = await Browser.ReadAsync(response);
        Assert.Null(page.QuerySelector("b"));
        Assert.Contains(_app.Log.Entries, static entry => entry.Contains("Sign-in of (unknown) from 127.0.0.1 refused: no such user", StringComparison.Ordinal));
        Assert.DoesNotContain(_app.Log.Entries, static entry => entry.Contains("forged entry", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_out_takes_a_form_and_ends_the_session()
    {
        using var browser = new Browser(_app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        using HttpResponseMessage opened = await browser.GetAsync("/account/sign-out");
        using HttpResponseMessage still = await browser.GetAsync("/");
        using HttpResponseMessage signedOut = await browser.PostFormAsync("/account/sign-out");
        using HttpResponseMessage after = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        Assert.Equal("/account/sign-in", after.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task Signing_out_without_an_antiforgery_token_is_refused()
    {
        using var browser = new Browser(_app.Address);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        using HttpResponseMessage refused = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/account/sign-out")
        {
            Headers = { { "Sec-Fetch-Site", "same-origin" } },
            Content = new FormUrlEncodedContent([]),
        });
        using HttpResponseMessage still = await browser.GetAsync("/");

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    private Task<bool> IsLockedOutAsync(string userName) =>
        _app.QueryAsync(database => database.Users.AnyAsync(user => user.UserName == userName && user.LockoutEnd > DateTimeOffset.UtcNow));

    public sealed class Fixture : IAsyncLifetime
    {
        internal AccessApp App { get; private set; } = null!;

        internal CountingHasher Hasher { get; } = new();

        public async ValueTask InitializeAsync() =>
            App = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), builder =>
            {
                builder.Services.AddSingleton<IPasswordHasher<DashboardUser>>(Hasher);
                builder.Services.AddSingleton(new SignInThrottle(new EndlessWindows())); // these tests come from one address
            });

        public ValueTask DisposeAsync() => App.DisposeAsync();
    }

    /// <summary>Counts, and hashes with few iterations so that the tests do not wait for it.</summary>
    internal sealed class CountingHasher : IPasswordHasher<DashboardUser>
    {
        private readonly PasswordHasher<DashboardUser> _hasher = new(Microsoft.Extensions.Options.Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));
        private int _verified;

        public int Verified => Volatile.Read(ref _verified);

        public string HashPassword(DashboardUser user, string password) => _hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(DashboardUser user, string hashedPassword, string providedPassword)
        {
            Interlocked.Increment(ref _verified);
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }

    /// <summary>A clock by which each attempt falls into a new window of the throttle.</summary>
    private sealed class EndlessWindows : TimeProvider
    {
        private long _windows;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + (SignInThrottle.Window * Interlocked.Increment(ref _windows));
    }
}
