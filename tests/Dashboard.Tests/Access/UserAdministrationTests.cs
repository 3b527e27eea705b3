using System.Net;
using System.Security.Claims;
using Dashboard.Access;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

public sealed class UserAdministrationTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private const string Phrase = "an entirely different phrase";

    private readonly MovableClock _clock = shared.Clock;
    private readonly AccessApp _app = shared.App;
    private readonly UserAdministration _users = shared.App.Services.GetRequiredService<UserAdministration>();
    private ClaimsPrincipal _admin = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await shared.ResetAsync();
        _admin = await _app.PrincipalAsync(AccessApp.AdminName);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_new_user_chooses_a_password_by_a_link_that_works_once()
    {
        string link = Secret(await _users.CreateAsync(_admin, "ada", Roles.Operator, ["paris"]));
        using Browser ada = new(_app.Address), late = new(_app.Address);

        using HttpResponseMessage weak = await ada.PostFormAsync(link, ("newPassword", "passwordpassword"), ("repeatedPassword", "passwordpassword"));
        using HttpResponseMessage chosen = await ada.PostFormAsync(link, ("newPassword", Phrase), ("repeatedPassword", Phrase));
        using HttpResponseMessage page = await ada.GetAsync("/");
        using HttpResponseMessage again = await late.GetAsync(link);

        Assert.Equal(HttpStatusCode.BadRequest, weak.StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, chosen.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        UserSummary user = (await _users.ListAsync(_admin, Cancel)).Single(static user => user.Name == "ada");
        Assert.Equal((Roles.Operator, "paris"), (user.Role, user.Servers.Single()));
    }

    [Fact]
    public async Task A_link_expires_and_a_new_one_voids_it()
    {
        string first = Secret(await _users.CreateAsync(_admin, "ada", Roles.Viewer, []));
        string second = Secret(await _users.IssueLinkAsync(_admin, await _app.IdOfAsync("ada")));
        using Browser ada = new(_app.Address);

        using HttpResponseMessage voided = await ada.GetAsync(first);
        using HttpResponseMessage good = await ada.GetAsync(second);
        _clock.Advance(PasswordLinks.Lifetime);
        using HttpResponseMessage expired = await ada.GetAsync(second);

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.OK, HttpStatusCode.Forbidden), (voided.StatusCode, good.StatusCode, expired.StatusCode));
    }

    [Fact]
    public async Task Of_a_link_only_the_hash_is_kept_and_nothing_is_logged()
    {
        string token = Secret(await _users.CreateAsync(_admin, "ada", Roles.Viewer, [])).Split('=')[1];
        using Browser ada = new(_app.Address);
        using HttpResponseMessage opened = await ada.GetAsync(PasswordLinks.PathWith(token));

        byte[]? hash = await _app.QueryAsync(database => database.Users.Where(static user => user.UserName == "ada").Select(static user => user.LinkHash).SingleAsync(Cancel));

        Assert.Equal(SecretToken.Hash(token), hash);
        Assert.DoesNotContain(token, _app.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_no_way_around_the_lock_of_an_administrator()
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);
        Guid id = await _app.IdOfAsync("ada");
        string link = Secret(await _users.IssueLinkAsync(_admin, id));
        Assert.IsType<AdministrationResult.Done>(await _users.SetLockedAsync(_admin, id, locked: true));
        using Browser ada = new(_app.Address);

        using HttpResponseMessage chosen = await ada.PostFormAsync(link, ("newPassword", Phrase), ("repeatedPassword", Phrase));
        using HttpResponseMessage signIn = await ada.SignInAsync("ada", Phrase);

        Assert.Equal("/account/sign-in", new Uri(_app.Address, chosen.Headers.Location!).AbsolutePath);
        Assert.Equal(HttpStatusCode.Unauthorized, signIn.StatusCode);
    }

    [Theory]
    [InlineData("demote")]
    [InlineData("limit")]
    [InlineData("lock")]
    [InlineData("sign out")]
    [InlineData("reset")]
    [InlineData("delete")]
    public async Task Whoever_is_changed_has_no_session_any_more(string change)
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Operator);
        Guid id = await _app.IdOfAsync("ada");
        ClaimsPrincipal circuit = await _app.PrincipalAsync("ada");
        using Browser browser = await _app.SignInAsync("ada");

        AdministrationResult result = await (change switch
        {
            "demote" => _users.SetAccessAsync(_admin, id, Roles.Viewer, []),
            "limit" => _users.SetAccessAsync(_admin, id, Roles.Operator, ["paris"]),
            "lock" => _users.SetLockedAsync(_admin, id, locked: true),
            "sign out" => _users.SignOutEverywhereAsync(_admin, id),
            "reset" => _users.ResetSecondFactorAsync(_admin, id),
            _ => _users.DeleteAsync(_admin, id),
        });
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.IsType<AdministrationResult.Done>(result);
        Assert.False(await _app.Services.GetRequiredService<SignInSessions>().IsCurrentAsync(circuit, Cancel));
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task The_last_administrator_can_be_neither_removed_nor_demoted_nor_locked_nor_limited()
    {
        Guid id = await _app.IdOfAsync(AccessApp.AdminName);
        await _users.CreateAsync(_admin, "invited", Roles.Admin, []); // who has not chosen a password yet cannot sign in
        await _app.AddUserAsync("partial", AccessApp.AdminPassword, Roles.Admin, "paris"); // who cannot change users is no replacement

        AdministrationResult[] results =
        [
            await _users.DeleteAsync(_admin, id),
            await _users.SetAccessAsync(_admin, id, Roles.Operator, []),
            await _users.SetAccessAsync(_admin, id, Roles.Admin, ["paris"]),
            await _users.SetLockedAsync(_admin, id, locked: true),
        ];

        Assert.All(results, static result => Assert.IsType<AdministrationResult.Refused>(result));
        Assert.True(await _app.Services.GetRequiredService<SignInSessions>().IsCurrentAsync(_admin, Cancel));
    }

    [Fact]
    public async Task Two_administrators_who_remove_each_other_at_once_leave_one()
    {
        await using AccessApp app = await ClockedApp.StartAsync(new MovableClock());
        await app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Admin);
        ClaimsPrincipal grace = await app.PrincipalAsync(AccessApp.AdminName), ada = await app.PrincipalAsync("ada");
        Guid graceId = await app.IdOfAsync(AccessApp.AdminName), adaId = await app.IdOfAsync("ada");
        var users = app.Services.GetRequiredService<UserAdministration>();

        await Task.WhenAll(users.DeleteAsync(grace, adaId), users.DeleteAsync(ada, graceId));

        Assert.Equal(1, await app.QueryAsync(database => database.Users.CountAsync(Cancel)));
    }

    [Theory]
    [InlineData(Roles.Viewer)]
    [InlineData(Roles.Operator)]
    [InlineData(null)]
    public async Task Nobody_but_an_administrator_sees_or_changes_users(string? role)
    {
        await _app.AddUserAsync("mallory", AccessApp.AdminPassword, role);
        ClaimsPrincipal mallory = await _app.PrincipalAsync("mallory");
        Guid id = await _app.IdOfAsync("mallory");

        Assert.Empty(await _users.ListAsync(mallory, Cancel));
        Assert.IsType<AdministrationResult.Refused>(await _users.SetAccessAsync(mallory, id, Roles.Admin, []));
        Assert.IsType<AdministrationResult.Refused>(await _users.CreateAsync(mallory, "friend", Roles.Admin, []));
        Assert.Equal(2, await _app.QueryAsync(database => database.Users.CountAsync(Cancel)));
    }

    [Fact]
    public async Task A_limited_administrator_cannot_lift_their_own_limit()
    {
        await _app.AddUserAsync("partial", AccessApp.AdminPassword, Roles.Admin, "paris");

        AdministrationResult result = await _users.SetAccessAsync(await _app.PrincipalAsync("partial"), await _app.IdOfAsync("partial"), Roles.Admin, []);

        Assert.IsType<AdministrationResult.Refused>(result);
    }

    [Fact]
    public async Task Who_gave_their_password_long_ago_is_asked_again()
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);

        _clock.Advance(RecentProof.Lasts);
        AdministrationResult result = await _users.DeleteAsync(_admin, await _app.IdOfAsync("ada"));

        Assert.IsType<AdministrationResult.ProofWanted>(result);
        Assert.Equal(2, await _app.QueryAsync(database => database.Users.CountAsync(Cancel)));
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("grace\r\nSet-Cookie: a=b")]
    [InlineData("evil\u202Egnp.exe")]
    [InlineData("a'; DROP TABLE dashboard_user; --")]
    [InlineData("GRACE")] // is somebody else's
    [InlineData("")]
    public async Task A_name_that_could_be_mistaken_for_another_is_refused(string name) =>
        Assert.IsType<AdministrationResult.Refused>(await _users.CreateAsync(_admin, name, Roles.Viewer, []));

    [Fact]
    public async Task Proving_it_again_is_enough_for_a_while_and_leads_nowhere_else()
    {
        using Browser browser = await _app.SignInAsync();
        _clock.Advance(RecentProof.Lasts);

        using HttpResponseMessage asked = await browser.GetAsync("/account/authenticator");
        using HttpResponseMessage wrong = await browser.PostFormAsync("/account/confirm?returnUrl=%2Faccount", ("password", "not the right password"));
        using HttpResponseMessage proven = await browser.PostFormAsync("/account/confirm?returnUrl=%2F%2Fevil.example", ("password", AccessApp.AdminPassword));
        using HttpResponseMessage after = await browser.GetAsync("/account/authenticator");

        Assert.Equal("/account/confirm?returnUrl=%2Faccount%2Fauthenticator", new Uri(_app.Address, asked.Headers.Location!).PathAndQuery);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(new Uri(_app.Address, "/"), new Uri(_app.Address, proven.Headers.Location!));
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
    }

    private static string Secret(AdministrationResult result) => Assert.IsType<AdministrationResult.DoneWithSecret>(result).Secret;
}
