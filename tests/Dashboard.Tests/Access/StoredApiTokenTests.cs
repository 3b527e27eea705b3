using System.Net;
using System.Net.Http.Headers;
using System.Security.Claims;
using Dashboard.Access;
using Dashboard.Access.Schema;
using Dashboard.Access.Tokens;
using Dashboard.Access.Users;
using Dashboard.Live;
using Dashboard.Tests.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class StoredApiTokenTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private readonly MovableClock _clock = shared.Clock;
    private readonly TokenAdministration _tokens = shared.App.Services.GetRequiredService<TokenAdministration>();
    private AccessApp _app = shared.App;
    private ClaimsPrincipal _admin = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await shared.ResetAsync();
        _admin = await _app.PrincipalAsync(AccessApp.AdminName);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_token_works_until_it_is_revoked_and_not_one_request_longer()
    {
        string secret = await NewAsync("ci", Roles.Operator);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret, HttpMethod.Post, "/api/probe/operate"));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(secret, HttpMethod.Post, "/api/probe/administer"));

        ApiTokenRow row = (await _tokens.ListAsync(_admin, Cancel)).Single();
        await _tokens.RevokeAsync(_admin, row.Id, row.Name);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(secret, HttpMethod.Post, "/api/probe/operate"));
    }

    [Fact]
    public async Task A_token_that_was_revoked_elsewhere_is_believed_for_some_seconds_only()
    {
        string secret = await NewAsync("ci", Roles.Viewer);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret));

        await _app.QueryAsync(database => database.Set<ApiTokenRow>().ExecuteDeleteAsync(Cancel));
        _clock.Advance(StoredApiTokens.Believed);

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(secret));
    }

    [Fact]
    public async Task A_token_expires_to_the_second()
    {
        string secret = await NewAsync("ci", Roles.Viewer, TimeSpan.FromDays(30));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret));

        _clock.Advance(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1)); // what is believed does not outlive it
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret));
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(secret));
    }

    [Fact]
    public async Task Of_a_secret_only_the_hash_is_kept_and_nothing_is_logged()
    {
        string secret = await NewAsync("ci", Roles.Viewer);
        await StatusAsync(secret);

        ApiTokenRow row = (await _tokens.ListAsync(_admin, Cancel)).Single();

        Assert.Equal(SecretToken.Hash(secret), row.Hash);
        Assert.DoesNotContain(secret, _app.Log.Text, StringComparison.Ordinal);
        Assert.True(secret.Length - TokenAdministration.SecretPrefix.Length >= 43, "Base64 of 256 bits has 43 characters.");
    }

    [Fact]
    public async Task The_last_use_is_written_once_a_minute()
    {
        string secret = await NewAsync("ci", Roles.Viewer);
        await StatusAsync(secret);
        DateTimeOffset? first = await LastUsedAsync();

        _clock.Advance(TimeSpan.FromSeconds(30));
        await StatusAsync(secret);
        DateTimeOffset? second = await LastUsedAsync();
        _clock.Advance(TimeSpan.FromSeconds(31));
        await StatusAsync(secret);

        Assert.NotNull(first);
        Assert.Equal(first, second);
        Assert.True(await LastUsedAsync() > first);
    }

    [Fact]
    public async Task While_the_database_is_away_a_token_that_was_seen_works_and_another_is_told_to_wait()
    {
        await using AccessApp own = await ClockedApp.StartAsync(_clock);
        _app = own;
        _admin = await own.PrincipalAsync(AccessApp.AdminName);
        string seen = await NewAsync("seen", Roles.Viewer), unseen = await NewAsync("unseen", Roles.Viewer);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(seen));

        await _app.QueryAsync(static async database => await database.Database.EnsureDeletedAsync());
        _clock.Advance(StoredApiTokens.Believed);

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(seen));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync(unseen));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(AccessApp.ViewerToken)); // of the configuration
    }

    [Fact]
    public async Task A_server_that_a_token_may_not_see_does_not_exist_for_it()
    {
        LiveStore live = _app.Services.GetRequiredService<LiveStore>();
        live.Publish(Sample.Server("paris"));
        live.Publish(Sample.Server("site/lyon").With(Sample.Client("bob", server: "site/lyon")));
        string secret = await NewAsync("ci", Roles.Admin, null, "paris");

        using HttpResponseMessage list = await SendAsync(secret, HttpMethod.Get, "/api/v1/servers");
        Assert.DoesNotContain("lyon", await list.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret, HttpMethod.Get, "/api/v1/servers/paris"));
        foreach (string path in (string[])["", "/clients"])
            Assert.Equal(await AnswerAsync("nowhere" + path, HttpMethod.Get), await AnswerAsync("site%2Flyon" + path, HttpMethod.Get));
        foreach ((string path, string body) in ((string, string)[])[("/hold", """{"action":"release"}"""), ("/signal", """{"signal":"SIGUSR2"}"""), ($"/clients/{live.Find("site/lyon")!.Clients!.Value[0].Session}/disconnect", """{"mode":"restart"}""")])
            Assert.Equal(await AnswerAsync("nowhere" + path, HttpMethod.Post, body), await AnswerAsync("site%2Flyon" + path, HttpMethod.Post, body));

        async Task<(HttpStatusCode, string)> AnswerAsync(string path, HttpMethod method, string? body = null)
        {
            using HttpResponseMessage response = await SendAsync(secret, method, "/api/v1/servers/" + path, body);
            string text = await response.Content.ReadAsStringAsync(Cancel);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            return (response.StatusCode, System.Text.RegularExpressions.Regex.Replace(text.Replace("site%2Flyon", "X", StringComparison.Ordinal).Replace("nowhere", "X", StringComparison.Ordinal), "\"traceId\":\"[^\"]*\"", ""));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("line\nbreak")]
    [InlineData("CI")] // the configuration's
    public async Task A_name_that_would_not_tell_it_from_others_is_refused(string name) =>
        Assert.IsType<AdministrationResult.Refused>(await _tokens.CreateAsync(_admin, name, Roles.Viewer, [], null));

    [Fact]
    public async Task Two_tokens_cannot_have_the_same_name()
    {
        await NewAsync("backup", Roles.Viewer);

        Assert.IsType<AdministrationResult.Refused>(await _tokens.CreateAsync(_admin, "backup-stored", Roles.Admin, [], null));
    }

    [Fact]
    public async Task Nobody_but_an_administrator_who_just_proved_it_makes_tokens()
    {
        await _app.AddUserAsync("mallory", AccessApp.AdminPassword, Roles.Operator);

        Assert.IsType<AdministrationResult.Refused>(await _tokens.CreateAsync(await _app.PrincipalAsync("mallory"), "mine", Roles.Admin, [], null));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<AdministrationResult.ProofWanted>(await _tokens.CreateAsync(_admin, "mine", Roles.Admin, [], null));
    }

    private async Task<string> NewAsync(string name, string role, TimeSpan? lifetime = null, params string[] servers) =>
        Assert.IsType<AdministrationResult.DoneWithSecret>(await _app.Services.GetRequiredService<TokenAdministration>().CreateAsync(_admin, name + "-stored", role, servers, lifetime)).Secret;

    private Task<DateTimeOffset?> LastUsedAsync() => _app.QueryAsync(database => database.Set<ApiTokenRow>().Select(static token => token.LastUsedAt).SingleAsync(Cancel));

    private async Task<HttpStatusCode> StatusAsync(string secret, HttpMethod? method = null, string path = "/api/probe/view")
    {
        using HttpResponseMessage response = await SendAsync(secret, method ?? HttpMethod.Get, path);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> SendAsync(string secret, HttpMethod method, string path, string? body = null)
    {
        using var client = new HttpClient { BaseAddress = _app.Address, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", secret) } };
        return await client.SendAsync(new HttpRequestMessage(method, path) { Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, "application/json") }, Cancel);
    }
}
