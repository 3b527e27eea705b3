using System.Net.Http.Headers;
using Dashboard.Tests.Storage;

namespace Dashboard.Tests.Access;

public sealed class SecretsTests
{
    [Fact]
    public async Task No_password_and_no_token_is_ever_logged()
    {
        await using AccessApp app = await AccessApp.StartWithAdminAsync(await TestDatabase.NewAsync(), map: AccessFixture.MapProbes);
        string linkToken = (await app.FirstAdminLinkAsync()).Split("token=")[1];
        using var browser = new Browser(app.Address);
        using HttpResponseMessage void_ = await browser.GetAsync("/account/first-admin?token=" + linkToken);
        using HttpResponseMessage wrong = await browser.SignInAsync(AccessApp.AdminName, "a mistyped password");
        using HttpResponseMessage right = await browser.SignInAsync(AccessApp.AdminName, AccessApp.AdminPassword);
        using HttpResponseMessage changed = await browser.PostFormAsync(
            "/account/password", ("currentPassword", AccessApp.AdminPassword), ("newPassword", "the next good password"), ("repeatedPassword", "the next good password"));
        using var client = new HttpClient { BaseAddress = app.Address };
        foreach (string token in (string[])[AccessApp.AdminToken, AccessApp.ViewerToken, "a-token-that-is-not-valid-at-all-0123456789"])
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using HttpResponseMessage answer = await client.GetAsync("/api/probe/whoami", TestContext.Current.CancellationToken);
        }

        string log = app.Log.Text;
        Assert.Contains("Audit: grace (User, 127.0.0.1) sign in", log);
        Assert.Contains("An API token that is not valid was used from 127.0.0.1", log);
        foreach (string secret in (string[])
            [linkToken, AccessApp.AdminPassword, "a mistyped password", "the next good password", AccessApp.AdminToken, AccessApp.ViewerToken, "a-token-that-is-not-valid-at-all-0123456789"])
        {
            Assert.DoesNotContain(secret, log);
            Assert.DoesNotContain(Uri.EscapeDataString(secret), log);
            Assert.DoesNotContain(secret.Replace(' ', '+'), log);
        }
        string session = browser.Cookies.GetAllCookies()["dashboard-session"]!.Value;
        Assert.DoesNotContain(session, log);
    }
}
