using System.Buffers.Text;
using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AngleSharp.Html.Dom;
using Dashboard.Access;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Dashboard.Tests.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access.SingleSignOn;

/// <summary>The sign-in with a provider that keeps to OpenID Connect, and with one that does not.</summary>
public sealed class SingleSignOnTests(SingleSignOnApp sso) : IClassFixture<SingleSignOnApp>, IAsyncLifetime
{
    private AccessApp App => sso.App;

    private FakeProvider Provider => sso.Provider;

    public async ValueTask InitializeAsync() => await sso.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whoever_the_provider_knows_is_signed_in_with_the_role_of_their_groups()
    {
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        using HttpResponseMessage administer = await PostAsync(browser, "/api/probe/administer");

        Assert.Equal("ada", await arrived.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.OK, administer.StatusCode);
        Assert.Equal(("code", "S256", "openid profile", "dashboard"), (Provider.Asked["response_type"], Provider.Asked["code_challenge_method"], Provider.Asked["scope"], Provider.Asked["client_id"]));
    }

    [Theory]
    [InlineData("staff", HttpStatusCode.Redirect)]
    [InlineData("vpn-admins", HttpStatusCode.Forbidden)]
    public async Task The_first_administrators_link_is_good_until_there_is_an_administrator(string group, HttpStatusCode expected)
    {
        await using AccessApp empty = await AccessApp.StartAsync(await TestDatabase.NewAsync(), sso.Configure, AccessFixture.MapProbes);
        string link = await empty.FirstAdminLinkAsync();
        using var founder = new Browser(empty.Address);
        IHtmlFormElement form = await founder.GetFormAsync(link);
        Provider.Claims["groups"] = group;
        using var browser = new Browser(empty.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        Assert.Equal("ada", await arrived.Content.ReadAsStringAsync(Cancel));

        using HttpResponseMessage created = await founder.PostAsync(form, AccessApp.NewAdmin("grace"));

        Assert.Equal(expected, created.StatusCode);
    }

    [Fact]
    public async Task The_servers_of_the_group_are_the_limit()
    {
        Provider.Claims["groups"] = new JsonArray("edge-helpdesk", "staff");
        using var browser = new Browser(App.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        DashboardUser user = await UserAsync("ada");

        Assert.Equal([SingleSignOnApp.Server], user.Servers);
        Assert.Equal([Roles.Operator], await RolesAsync("ada"));
    }

    [Fact]
    public async Task Groups_that_the_ID_token_does_not_name_are_asked_for()
    {
        Provider.Claims.Remove("groups");
        Provider.UserInfo["groups"] = "staff";
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.OK, arrived.StatusCode);
        Assert.Equal([Roles.Viewer], await RolesAsync("ada"));
    }

    [Fact]
    public async Task What_is_said_of_somebody_else_is_not_taken()
    {
        Provider.Claims.Remove("groups");
        (Provider.UserInfo["sub"], Provider.UserInfo["groups"]) = ("somebody-else", "vpn-admins");

        await AssertRefusedAsync("answered about another");
    }

    [Fact]
    public async Task Whoever_is_in_no_group_that_may_do_anything_is_told_so_and_gets_no_user()
    {
        Provider.Claims["groups"] = new JsonArray("strangers");
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.Forbidden, arrived.StatusCode);
        Assert.Contains("none of your groups", await arrived.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.False(await App.QueryAsync(static database => database.Users.AnyAsync(static user => user.UserName == "ada", Cancel)));
    }

    [Fact]
    public async Task Who_has_left_the_group_loses_every_session_at_the_next_sign_in()
    {
        using var before = new Browser(App.Address);
        using HttpResponseMessage first = await SingleSignOnApp.SignInAsync(before);
        Provider.Claims["groups"] = new JsonArray("strangers");
        using var after = new Browser(App.Address);

        using HttpResponseMessage second = await SingleSignOnApp.SignInAsync(after);
        using HttpResponseMessage gone = await before.GetAsync("/api/probe/whoami");

        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, gone.StatusCode);
    }

    [Fact]
    public async Task Another_role_ends_the_sessions_that_had_the_old_one()
    {
        using var before = new Browser(App.Address);
        using HttpResponseMessage first = await SingleSignOnApp.SignInAsync(before);
        Provider.Claims["groups"] = new JsonArray("staff");
        using var after = new Browser(App.Address);

        using HttpResponseMessage second = await SingleSignOnApp.SignInAsync(after);
        using HttpResponseMessage old = await before.GetAsync("/api/probe/whoami");
        using HttpResponseMessage administer = await PostAsync(after, "/api/probe/administer");

        Assert.Equal(HttpStatusCode.Unauthorized, old.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, administer.StatusCode);
    }

    [Fact]
    public async Task A_local_user_of_the_same_name_is_somebody_else()
    {
        Provider.Claims["preferred_username"] = AccessApp.AdminName;
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.Forbidden, arrived.StatusCode);
        Assert.Contains("somebody else has it", await arrived.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_somebody_new_has_at_the_provider_does_not_make_them_who_had_it_before()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage first = await SingleSignOnApp.SignInAsync(browser);
        Provider.Claims["sub"] = "another-person";
        using var other = new Browser(App.Address);

        using HttpResponseMessage second = await SingleSignOnApp.SignInAsync(other);

        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
    }

    [Fact]
    public async Task Whom_an_administrator_has_locked_stays_out()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage first = await SingleSignOnApp.SignInAsync(browser);
        ClaimsPrincipal grace = await App.PrincipalAsync(AccessApp.AdminName);
        Assert.IsType<AdministrationResult.Done>(await App.Services.GetRequiredService<UserAdministration>().SetLockedAsync(grace, await App.IdOfAsync("ada"), locked: true));

        using HttpResponseMessage second = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.Forbidden, second.StatusCode);
        Assert.Contains("locked", await second.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iss", "https://evil.example", "issued by somebody else")]
    [InlineData("aud", "another-client", "issued for somebody else")]
    [InlineData("azp", "another-client", "issued to somebody else")]
    [InlineData("exp", 1_000_000_000, "has expired")]
    [InlineData("exp", null, "when it expires")]
    [InlineData("exp", "9999999999", "when it expires")]
    [InlineData("iat", 9_999_999_999, "in the future")]
    [InlineData("iat", null, "when it was issued")]
    [InlineData("nbf", 9_999_999_999, "not valid yet")]
    [InlineData("nonce", null, "nonce")]
    [InlineData("nonce", "another-request", "nonce")]
    [InlineData("sub", "", "who it is about")]
    [InlineData("sub", null, "who it is about")]
    [InlineData("preferred_username", null, "preferred_username")]
    public async Task An_ID_token_that_says_something_else_is_refused(string claim, object? value, string reason)
    {
        Provider.Tamper = claims => claims[claim] = value is long or int ? JsonValue.Create(Convert.ToInt64(value, null)) : value is string text ? JsonValue.Create(text) : null;

        await AssertRefusedAsync(reason);
    }

    [Fact]
    public async Task An_ID_token_for_several_has_to_say_to_whom_it_was_issued()
    {
        Provider.Tamper = static claims => claims["aud"] = new JsonArray(FakeProvider.ClientId, "another-client");

        await AssertRefusedAsync("does not say to whom");
    }

    [Theory]
    [InlineData("another key")]
    [InlineData("another text")]
    [InlineData("no signature")]
    [InlineData("alg none")]
    [InlineData("the public key as a secret")]
    [InlineData("critical extension")]
    [InlineData("not a token")]
    [InlineData("nothing")]
    public async Task An_ID_token_that_the_provider_did_not_sign_is_refused(string forgery)
    {
        using var stranger = RSA.Create(2048);
        Provider.Forge = token => Forge(token, forgery, stranger);

        await AssertRefusedAsync(forgery is "critical extension" or "not a token" or "nothing" ? "malformed" : "not signed by the provider");
    }

    [Fact]
    public async Task A_new_key_of_the_provider_is_learned_but_not_more_than_once_a_minute()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage first = await SingleSignOnApp.SignInAsync(browser);
        Provider.Keys.Add(("k2", RSA.Create(2048)));
        using HttpResponseMessage tooSoon = await SingleSignOnApp.SignInAsync(browser);
        sso.Clock.Advance(TimeSpan.FromSeconds(61));

        using HttpResponseMessage later = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK], new[] { first.StatusCode, tooSoon.StatusCode, later.StatusCode });
    }

    [Theory]
    [InlineData("issuer", "https://evil.example")]
    [InlineData("token_endpoint", "http://evil.example/token")]
    [InlineData("authorization_endpoint", "javascript:alert(1)")]
    [InlineData("jwks_uri", "file:///etc/passwd")]
    [InlineData("jwks_uri", null)]
    public async Task A_provider_that_says_what_cannot_be_is_not_asked(string name, string? value)
    {
        Provider.Misdescribe = document => document[name] = value;
        using var browser = new Browser(App.Address);

        using HttpResponseMessage begun = await browser.GetAsync("/account/single-sign-on/begin");

        Assert.Equal("/account/single-sign-on", begun.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task A_provider_whose_list_of_keys_makes_no_sense_is_not_asked()
    {
        Provider.OddKeys.Add(new { kty = 1 });
        using var browser = new Browser(App.Address);

        using HttpResponseMessage begun = await browser.GetAsync("/account/single-sign-on/begin");

        Assert.Equal("/account/single-sign-on", begun.Headers.Location?.OriginalString);
    }

    [Theory]
    [InlineData("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}")]
    [InlineData("{\"kty\":\"RSA\",\"n\":\"!\",\"e\":\"AQAB\"}")]
    [InlineData("\"a text\"")]
    [InlineData("{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}")]
    [InlineData("{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}")]
    public async Task A_key_of_another_kind_beside_the_good_one_is_passed_over(string odd)
    {
        Provider.OddKeys.Add(JsonNode.Parse(odd)!);
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal("ada", await arrived.Content.ReadAsStringAsync(Cancel));
    }

    [Fact]
    public async Task While_the_provider_is_away_people_are_told_and_can_sign_in_another_way()
    {
        Provider.IsAway = true;
        using var browser = new Browser(App.Address);

        using HttpResponseMessage begun = await browser.GetAsync("/account/single-sign-on/begin");
        using HttpResponseMessage told = await browser.GetAsync(begun.Headers.Location!.OriginalString);
        using HttpResponseMessage signedIn = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);

        Assert.Contains("did not say who you are", await told.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(App.Address, signedIn.Headers.Location);
    }

    [Fact]
    public async Task An_answer_that_another_browser_asked_for_is_refused()
    {
        using var attacker = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(attacker);
        using var victim = new Browser(App.Address);

        using HttpResponseMessage response = await victim.GetAsync(answer);

        await AssertNobodyAsync(victim, response);
    }

    [Fact]
    public async Task An_answer_works_once()
    {
        using var browser = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(browser);
        using HttpResponseMessage first = await browser.GetAsync(answer);
        using var again = new Browser(App.Address);
        foreach (Cookie cookie in browser.Cookies.GetAllCookies().Where(static cookie => !cookie.Name.StartsWith("dashboard-single-sign-on", StringComparison.Ordinal)))
            again.Cookies.Add(cookie);

        using HttpResponseMessage second = await again.GetAsync(answer);

        await AssertNobodyAsync(again, second);
    }

    [Theory]
    [InlineData("code=x")]
    [InlineData("code=x&state=forged")]
    [InlineData("error=access_denied&error_description=%1b%5b31mevil%0d%0aline")]
    public async Task An_answer_that_nobody_asked_for_is_refused(string query)
    {
        using var browser = new Browser(App.Address);

        using HttpResponseMessage response = await browser.GetAsync("/account/single-sign-on/answer?" + query);

        await AssertNobodyAsync(browser, response);
    }

    [Fact]
    public async Task What_the_provider_refuses_with_is_logged_on_one_line()
    {
        using var browser = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(browser);
        string state = QueryHelpers.ParseQuery(new Uri(answer).Query)["state"].ToString();

        using HttpResponseMessage denied = await browser.GetAsync($"/account/single-sign-on/answer?state={Uri.EscapeDataString(state)}&error=access_denied&error_description=%1b%5b31mevil%0d%0aline");

        await AssertNobodyAsync(browser, denied);
        Assert.DoesNotContain("evil\r\nline", App.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', App.Log.Text);
    }

    [Fact]
    public async Task Where_somebody_wanted_to_go_is_not_forgotten_when_the_provider_refuses()
    {
        using var browser = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(browser, "/account/single-sign-on/begin?returnUrl=%2Fsessions");
        string state = QueryHelpers.ParseQuery(new Uri(answer).Query)["state"].ToString();

        using HttpResponseMessage denied = await browser.GetAsync($"/account/single-sign-on/answer?state={Uri.EscapeDataString(state)}&error=access_denied");

        Assert.Equal("/account/single-sign-on?returnUrl=%2Fsessions", denied.Headers.Location?.OriginalString);
    }

    [Fact]
    public async Task An_answer_of_another_issuer_is_refused()
    {
        using var browser = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(browser);

        using HttpResponseMessage response = await browser.GetAsync(QueryHelpers.AddQueryString(answer, "iss", "https://evil.example"));

        await AssertNobodyAsync(browser, response);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("//evil.example/")]
    [InlineData("/\\evil.example/")]
    [InlineData("javascript:alert(1)")]
    public async Task A_sign_in_leads_nowhere_but_into_the_dashboard(string target)
    {
        using var browser = new Browser(App.Address);
        string answer = await SingleSignOnApp.GoToProviderAsync(browser, "/account/single-sign-on/begin?returnUrl=" + Uri.EscapeDataString(target));
        using HttpResponseMessage answered = await browser.GetAsync(answer);
        using HttpResponseMessage completed = await browser.GetAsync(answered.Headers.Location!.OriginalString);

        Assert.Equal(App.Address, completed.Headers.Location);
    }

    [Fact]
    public async Task A_session_that_somebody_planted_ends_with_the_sign_in()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage planted = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        Cookie before = browser.Cookies.GetAllCookies().Single(static cookie => cookie.Name == "dashboard-session");
        string value = before.Value;

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        using var attacker = new Browser(App.Address);
        attacker.Cookies.Add(new Cookie("dashboard-session", value, "/", App.Address.Host));
        using HttpResponseMessage reused = await attacker.GetAsync("/api/probe/whoami");

        Assert.Equal("ada", await arrived.Content.ReadAsStringAsync(Cancel));
        Assert.Equal(HttpStatusCode.Unauthorized, reused.StatusCode);
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_however_busy_it_is()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        List<HttpStatusCode> answers = [];
        for (int hour = 0; hour < 13; hour++)
        {
            sso.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
            using HttpResponseMessage busy = await browser.GetAsync("/api/probe/whoami");
            answers.Add(busy.StatusCode);
        }

        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.OK, 12), HttpStatusCode.Unauthorized], answers);
    }

    [Fact]
    public async Task Proving_it_again_asks_the_provider_to_ask_the_person_and_believes_no_old_proof()
    {
        Provider.Tamper = claims => claims["auth_time"] = sso.Clock.GetUtcNow().AddHours(-1).ToUnixTimeSeconds();
        using var browser = new Browser(App.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        using HttpResponseMessage unproven = await browser.GetAsync("/account/authenticator");
        const string Again = "/account/single-sign-on/begin?again=true&returnUrl=%2Faccount%2Fauthenticator";

        using HttpResponseMessage stillOld = await SingleSignOnApp.SignInAsync(browser, Again);
        Provider.Tamper = static _ => { };
        using HttpResponseMessage proven = await SingleSignOnApp.SignInAsync(browser, Again);

        Assert.Equal("/account/confirm", unproven.Headers.Location!.AbsolutePath);
        Assert.Equal(HttpStatusCode.BadRequest, stillOld.StatusCode);
        Assert.Equal(HttpStatusCode.OK, proven.StatusCode);
        Assert.Equal(("login", "0"), (Provider.Asked["prompt"], Provider.Asked["max_age"]));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_offers_to_leave_the_provider()
    {
        using var browser = new Browser(App.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        using HttpResponseMessage signedOut = await browser.PostFormAsync("/account/sign-out");
        using HttpResponseMessage whoami = await browser.GetAsync("/api/probe/whoami");
        using HttpResponseMessage leaving = await browser.GetAsync("/account/single-sign-on/leave");

        Assert.Equal("/account/signed-out", signedOut.Headers.Location?.OriginalString);
        Assert.Equal(HttpStatusCode.Unauthorized, whoami.StatusCode);
        Assert.StartsWith($"{Provider.Address}/leave?client_id=dashboard&post_logout_redirect_uri=", leaving.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_answers_from_one_address_are_heard_twenty_times()
    {
        using var browser = new Browser(App.Address);
        for (int i = 0; i < SignInThrottle.Limit; i++)
        {
            using HttpResponseMessage refused = await browser.GetAsync("/account/single-sign-on/answer?code=x&state=forged");
        }

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, arrived.StatusCode);
    }

    [Fact]
    public async Task Neither_the_client_secret_nor_a_token_is_ever_logged_or_kept()
    {
        string? token = null;
        Provider.Forge = signed => token = signed;
        using var browser = new Browser(App.Address);
        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);
        Provider.Forge = static signed => signed[..^4] + "AAAA";
        using HttpResponseMessage refused = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        foreach (string secret in (string[])[FakeProvider.ClientSecret, token!, token!.Split('.')[2], "access-token-that-is-secret"])
            Assert.DoesNotContain(secret, App.Log.Text, StringComparison.Ordinal);
        Assert.Equal(0, await App.QueryAsync(static database => database.Set<IdentityUserToken<Guid>>().CountAsync(Cancel)));
    }

    private static string Forge(string token, string how, RSA stranger)
    {
        string[] parts = token.Split('.');
        string signed = $"{parts[0]}.{parts[1]}";
        switch (how)
        {
            case "another key":
                return signed + "." + Base64Url.EncodeToString(stranger.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            case "another text":
                JsonObject claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject();
                claims["groups"] = new JsonArray("vpn-admins", "and-more");
                return $"{parts[0]}.{FakeProvider.Part(claims)}.{parts[2]}";
            case "no signature":
                return signed + ".";
            case "alg none":
                return $"{FakeProvider.Part(new JsonObject { ["alg"] = "none" })}.{parts[1]}.";
            case "the public key as a secret":
                string head = FakeProvider.Part(new JsonObject { ["alg"] = "HS256", ["kid"] = "k1" });
                return $"{head}.{parts[1]}." + Base64Url.EncodeToString(HMACSHA256.HashData(stranger.ExportSubjectPublicKeyInfo(), Encoding.ASCII.GetBytes($"{head}.{parts[1]}")));
            case "critical extension":
                return $"{FakeProvider.Part(new JsonObject { ["alg"] = "RS256", ["kid"] = "k1", ["crit"] = new JsonArray("b64") })}.{parts[1]}.{parts[2]}";
            case "not a token":
                return "!.!.!";
            default:
                return "";
        }
    }

    private async Task AssertRefusedAsync(string reason)
    {
        using var browser = new Browser(App.Address);

        using HttpResponseMessage arrived = await SingleSignOnApp.SignInAsync(browser);

        Assert.Equal(HttpStatusCode.BadRequest, arrived.StatusCode);
        Assert.Contains("Single sign-on from 127.0.0.1 did not work", App.Log.Text, StringComparison.Ordinal);
        Assert.Contains(reason, App.Log.Text, StringComparison.Ordinal);
        Assert.False(await App.QueryAsync(static database => database.Users.AnyAsync(static user => user.UserName == "ada", Cancel)));
    }

    private static async Task AssertNobodyAsync(Browser browser, HttpResponseMessage response)
    {
        Assert.Equal("/account/single-sign-on", response.Headers.Location?.OriginalString);
        using HttpResponseMessage whoami = await browser.GetAsync("/api/probe/whoami");
        Assert.Equal(HttpStatusCode.Unauthorized, whoami.StatusCode);
    }

    private static async Task<HttpResponseMessage> PostAsync(Browser browser, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Headers.Add("Sec-Fetch-Site", "same-origin");
        return await browser.SendAsync(request);
    }

    private Task<DashboardUser> UserAsync(string name) => App.QueryAsync(database => database.Users.SingleAsync(user => user.UserName == name, Cancel));

    private async Task<IList<string>> RolesAsync(string name)
    {
        await using AsyncServiceScope scope = App.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<DashboardUser>>();
        return await users.GetRolesAsync((await users.FindByNameAsync(name))!);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
