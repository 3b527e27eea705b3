using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Dashboard.Access;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Tests.Access;

public sealed class SecondFactorTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private readonly MovableClock _clock = shared.Clock;
    private readonly AccessApp _app = shared.App;
    private string[] _recoveryCodes = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await shared.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task With_an_authenticator_the_password_alone_opens_nothing_and_the_code_does()
    {
        byte[] key = (await EnrolAsync()).Key;

        using Browser browser = new(_app.Address);
        using HttpResponseMessage password = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        using HttpResponseMessage between = await browser.GetAsync("/");
        using HttpResponseMessage wrong = await browser.PostFormAsync("/account/code", ("code", "000000"));
        _clock.Advance(TimeSpan.FromMinutes(1));
        using HttpResponseMessage right = await browser.PostFormAsync("/account/code", ("code", CodeNow(key)));
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal("/account/code", new Uri(_app.Address, password.Headers.Location!).AbsolutePath);
        Assert.Equal(HttpStatusCode.Redirect, between.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        byte[] key = (await EnrolAsync()).Key;
        _clock.Advance(TimeSpan.FromMinutes(1));
        string code = CodeNow(key);
        using Browser first = await WithPasswordAsync(), second = await WithPasswordAsync();

        using HttpResponseMessage used = await first.PostFormAsync("/account/code", ("code", code));
        using HttpResponseMessage replayed = await second.PostFormAsync("/account/code", ("code", code));

        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Unauthorized), (used.StatusCode, replayed.StatusCode));
    }

    [Fact]
    public async Task The_code_that_turned_it_on_is_used_up()
    {
        byte[] key = (await EnrolAsync()).Key;
        using Browser browser = await WithPasswordAsync();

        using HttpResponseMessage replayed = await browser.PostFormAsync("/account/code", ("code", CodeNow(key)));

        Assert.Equal(HttpStatusCode.Unauthorized, replayed.StatusCode);
    }

    [Fact]
    public async Task Of_one_code_used_by_two_at_once_one_gets_in()
    {
        byte[] key = (await EnrolAsync()).Key;
        _clock.Advance(TimeSpan.FromMinutes(1));
        Browser[] browsers = [await WithPasswordAsync(), await WithPasswordAsync(), await WithPasswordAsync()];
        IHtmlFormElement[] forms = [.. await Task.WhenAll(browsers.Select(static browser => browser.GetFormAsync("/account/code")))];

        string code = CodeNow(key);

        HttpResponseMessage[] responses = await Task.WhenAll(browsers.Zip(forms, (browser, form) => browser.PostAsync(form, ("code", code))));

        Assert.Single(responses, static response => response.StatusCode is HttpStatusCode.Redirect);
        foreach (Browser browser in browsers)
            browser.Dispose();
    }

    [Fact]
    public async Task A_recovery_code_works_once_however_it_is_typed()
    {
        IReadOnlyList<string> codes = (await EnrolAsync()).RecoveryCodes;
        using Browser first = await WithPasswordAsync(), second = await WithPasswordAsync();

        using HttpResponseMessage used = await first.PostFormAsync("/account/code", ("code", codes[3].ToUpperInvariant().Replace('-', ' ')));
        using HttpResponseMessage replayed = await second.PostFormAsync("/account/code", ("code", codes[3]));

        Assert.Equal(SecondFactor.RecoveryCodes, codes.Count);
        Assert.Equal((HttpStatusCode.Redirect, HttpStatusCode.Unauthorized), (used.StatusCode, replayed.StatusCode));
    }

    [Fact]
    public async Task Neither_the_key_nor_a_recovery_code_can_be_read_in_the_database_or_the_log()
    {
        (byte[] key, IReadOnlyList<string> codes) = await EnrolAsync();

        string stored = (await _app.QueryAsync(database => database.Users.Select(static user => user.TotpKey).SingleAsync(Cancel)))!;
        byte[][] hashes = await _app.QueryAsync(database => database.Set<RecoveryCodeRow>().Select(static code => code.Hash).ToArrayAsync(Cancel));

        Assert.DoesNotContain(Convert.ToBase64String(key), stored, StringComparison.Ordinal);
        Assert.All(hashes, static hash => Assert.Equal(32, hash.Length));
        Assert.DoesNotContain(Base32.Encode(key), _app.Log.Text, StringComparison.Ordinal);
        Assert.All(codes, code => Assert.DoesNotContain(code, _app.Log.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_knows_the_password_cannot_guess_codes_for_ever()
    {
        byte[] key = (await EnrolAsync()).Key;
        _clock.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 5; i++)
        {
            using Browser guesser = await WithPasswordAsync(); // the right password in between resets nothing
            using HttpResponseMessage refused = await guesser.PostFormAsync("/account/code", ("code", $"00000{i}"));
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        using Browser browser = new(_app.Address);
        using HttpResponseMessage locked = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        Assert.Equal(HttpStatusCode.Unauthorized, locked.StatusCode);
        Assert.NotEmpty(key);
    }

    [Fact]
    public async Task The_second_step_is_void_without_the_first_and_after_five_minutes()
    {
        await EnrolAsync();
        using Browser stranger = new(_app.Address), slow = await WithPasswordAsync();

        using HttpResponseMessage without = await stranger.GetAsync("/account/code");
        _clock.Advance(TimeSpan.FromMinutes(6));
        using HttpResponseMessage late = await slow.GetAsync("/account/code");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden), (without.StatusCode, late.StatusCode));
    }

    [Fact]
    public async Task Turning_it_on_ends_the_other_sessions()
    {
        using Browser there = await _app.SignInAsync();

        await EnrolAsync();
        using HttpResponseMessage page = await there.GetAsync("/");

        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task The_key_of_somebody_elses_form_is_not_taken()
    {
        await _app.AddUserAsync("mallory", AccessApp.AdminPassword, Roles.Viewer);
        using Browser mallory = await _app.SignInAsync("mallory"), grace = await _app.SignInAsync();
        IHtmlFormElement theirs = await mallory.GetFormAsync("/account/authenticator"), ours = await grace.GetFormAsync("/account/authenticator");

        using HttpResponseMessage response = await grace.PostAsync(ours,
            ("enrolment", Field(theirs, "enrolment")), ("code", CodeNow(KeyOn(await Browser.ReadAsync(await mallory.GetAsync("/account/authenticator"))))));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task Turning_it_off_leaves_no_recovery_code_behind()
    {
        await EnrolAsync();
        using Browser browser = await SignedInWithCodeAsync();

        IHtmlDocument page = await Browser.ReadAsync(await browser.GetAsync("/account/authenticator"));
        using HttpResponseMessage removed = await browser.PostAsync(page.QuerySelectorAll<IHtmlFormElement>("form").Last());

        Assert.Equal(HttpStatusCode.Redirect, removed.StatusCode);
        Assert.Equal(0, await _app.QueryAsync(database => database.Set<RecoveryCodeRow>().CountAsync(Cancel)));
        using Browser after = await _app.SignInAsync();
    }

    [Fact]
    public async Task Changing_the_password_proves_nothing_of_the_second_factor()
    {
        await EnrolAsync();
        using Browser browser = await SignedInWithCodeAsync();
        _clock.Advance(RecentProof.Lasts);

        using HttpResponseMessage changed = await browser.PostFormAsync(
            "/account/password", ("currentPassword", AccessApp.AdminPassword), ("newPassword", AccessApp.AdminPassword), ("repeatedPassword", AccessApp.AdminPassword));
        using HttpResponseMessage authenticator = await browser.GetAsync("/account/authenticator");

        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Equal("/account/confirm", new Uri(_app.Address, authenticator.Headers.Location!).AbsolutePath);
    }

    private async Task<(byte[] Key, IReadOnlyList<string> RecoveryCodes)> EnrolAsync()
    {
        using Browser browser = await _app.SignInAsync();
        IHtmlDocument page = await Browser.ReadAsync(await browser.GetAsync("/account/authenticator"));
        byte[] key = KeyOn(page);
        using HttpResponseMessage response = await browser.PostAsync(page.QuerySelector<IHtmlFormElement>("form")!, ("code", CodeNow(key)));
        IHtmlDocument done = await Browser.ReadAsync(response);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string[] codes = [.. done.QuerySelectorAll(".codes li").Select(static code => code.TextContent.Trim())];
        _recoveryCodes = codes;
        return (key, codes);
    }

    private async Task<Browser> WithPasswordAsync()
    {
        var browser = new Browser(_app.Address);
        using HttpResponseMessage response = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    private async Task<Browser> SignedInWithCodeAsync()
    {
        Browser browser = await WithPasswordAsync();
        using HttpResponseMessage response = await browser.PostFormAsync("/account/code", ("code", _recoveryCodes[0]));
        Assert.Equal(HttpStatusCode.Redirect, response.StatusCode);
        return browser;
    }

    private string CodeNow(byte[] key) => Totp.Code(key, Totp.StepAt(_clock.GetUtcNow()));

    private static string Field(IHtmlFormElement form, string name) => form.QuerySelector<IHtmlInputElement>($"input[name={name}]")!.Value;

    // What an app reads from the link.
    private static byte[] KeyOn(IHtmlDocument page)
    {
        string link = page.QuerySelector("a[href^='otpauth:']")!.GetAttribute("href")!;
        string text = link.Split("secret=")[1].Split('&')[0];
        int bits = 0, buffer = 0;
        List<byte> key = [];
        foreach (char c in text)
        {
            buffer = (buffer << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            bits += 5;
            if (bits < 8)
                continue;
            bits -= 8;
            key.Add((byte)(buffer >> bits));
            buffer &= (1 << bits) - 1;
        }
        return [.. key];
    }
}
