using System.Net;
using System.Security.Claims;
using Dashboard.Access;
using Dashboard.Access.Audit;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Access.Tokens;
using Dashboard.Access.Users;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access.Audit;

/// <summary>What is done to accounts leaves one row each in the real trail.</summary>
public sealed class AccountAuditTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private const string NewPassword = "an entirely different phrase";

    private readonly AccessApp _app = shared.App;
    private readonly UserAdministration _users = shared.App.Services.GetRequiredService<UserAdministration>();
    private readonly AuditTrail _trail = shared.App.Services.GetRequiredService<AuditTrail>();
    private long _begin;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await shared.ResetAsync();
        shared.Clock.Advance(RefusalLimit.Window);
        await WrittenAsync();
        _begin = await _app.QueryAsync(database => database.Set<AuditRecord>().MaxAsync(record => (long?)record.Number, Cancel)) ?? 0;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Whatever_an_administrator_does_to_a_user_is_on_record_with_what_it_was_before()
    {
        ClaimsPrincipal admin = await _app.PrincipalAsync(AccessApp.AdminName);
        await _users.CreateAsync(admin, "ada", Roles.Viewer, ["paris"]);
        Guid ada = await _app.IdOfAsync("ada");
        await _users.IssueLinkAsync(admin, ada);
        await _users.SetAccessAsync(admin, ada, Roles.Operator, []);
        await _users.SetLockedAsync(admin, ada, locked: true);
        await _users.SetLockedAsync(admin, ada, locked: false);
        await _users.ResetSecondFactorAsync(admin, ada);
        await _users.SignOutEverywhereAsync(admin, ada);
        await _users.DeleteAsync(admin, ada);

        List<AuditRecord> records = await RecordsAsync();

        Assert.All(records, record => Assert.Equal((AccessApp.AdminName, CallerKind.User, "ada", "Done"), (record.Actor, record.ActorKind, record.Details, record.Outcome)));
        Assert.Equal(
            [
                ("create user", null, "Viewer, paris"), ("issue password link", null, null), ("change access", "Viewer, paris", "Operator, all servers"),
                ("lock user", null, null), ("unlock user", null, null), ("reset second factor", null, null), ("sign out everywhere", null, null), ("delete user", "Operator, all servers", null),
            ],
            records.Select(record => (record.Action, record.Before, record.After)));
    }

    [Fact]
    public async Task What_an_administrator_may_not_do_to_users_is_on_record_with_what_was_wanted()
    {
        await _app.AddUserAsync("limited", AccessApp.AdminPassword, Roles.Admin, "paris");
        Guid id = await _app.IdOfAsync("limited");
        ClaimsPrincipal limited = await _app.PrincipalAsync("limited"), admin = await _app.PrincipalAsync(AccessApp.AdminName);
        await _users.SetAccessAsync(limited, id, Roles.Admin, []);
        await _users.DeleteAsync(admin, await _app.IdOfAsync(AccessApp.AdminName));
        shared.Clock.Advance(RecentProof.Lasts);
        await _users.DeleteAsync(admin, id);

        Assert.Equal(
            [("limited", "change access", $"{id} as Admin, all servers", "Denied"), (AccessApp.AdminName, "delete user", AccessApp.AdminName, "Refused"), (AccessApp.AdminName, "delete user", $"{id}", "Denied")],
            (await RecordsAsync()).Select(record => (record.Actor, record.Action, record.Details, record.Outcome)));
    }

    [Fact]
    public async Task Tokens_that_are_made_revoked_and_made_up_are_on_record_and_their_secrets_are_not()
    {
        var tokens = _app.Services.GetRequiredService<TokenAdministration>();
        ClaimsPrincipal admin = await _app.PrincipalAsync(AccessApp.AdminName);
        string secret = Assert.IsType<AdministrationResult.DoneWithSecret>(await tokens.CreateAsync(admin, "backup", Roles.Viewer, [], lifetime: null)).Secret;
        await tokens.CreateAsync(admin, "backup", Roles.Admin, [], lifetime: null);
        Guid id = await _app.QueryAsync(database => database.Set<ApiTokenRow>().Select(token => token.Id).SingleAsync(Cancel));
        await tokens.RevokeAsync(admin, id, "backup");
        using HttpClient program = new() { BaseAddress = _app.Address, DefaultRequestHeaders = { Authorization = new("Bearer", secret) } };
        using HttpResponseMessage refused = await program.GetAsync("/api/v1/servers", Cancel);

        List<AuditRecord> records = await RecordsAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(
            [
                (AccessApp.AdminName, "create token", "backup", "Done", "Viewer, all servers, without an end"), (AccessApp.AdminName, "create token", "backup as Admin, all servers, without an end", "Refused", null),
                (AccessApp.AdminName, "revoke token", "backup", "Done", null), (AccountTrail.Stranger, "use token", null, "Denied", null),
            ],
            records.Select(record => (record.Actor, record.Action, record.Details, record.Outcome, record.After)));
        Assert.DoesNotContain(records, record => $"{record.Details} {record.Reply}".Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Signing_in_proving_it_changing_the_password_ending_sessions_and_signing_out_are_on_record()
    {
        using Browser there = await _app.SignInAsync(), browser = await _app.SignInAsync();
        using HttpResponseMessage proven = await browser.PostFormAsync("/account/confirm", ("password", AccessApp.AdminPassword));
        AngleSharp.Html.Dom.IHtmlDocument page = await Browser.ReadAsync(await browser.GetAsync("/account"));
        using HttpResponseMessage ended = await browser.PostAsync(page.Forms.Single(static form => form.TextContent.Contains("everywhere else", StringComparison.Ordinal)));
        await ChangePasswordAsync(browser, AccessApp.AdminPassword, NewPassword);
        await ChangePasswordAsync(browser, NewPassword, AccessApp.AdminPassword);
        using HttpResponseMessage signedOut = await browser.PostFormAsync("/account/sign-out");

        List<AuditRecord> records = await RecordsAsync();

        Assert.All(records, record => Assert.Equal((AccessApp.AdminName, "127.0.0.1", "Done"), (record.Actor, record.Address, record.Outcome)));
        Assert.Equal(
            [("sign in", "password"), ("sign in", "password"), ("prove identity", null), ("end sessions", "1"), ("change password", null), ("change password", null), ("sign out", null)],
            records.Select(record => (record.Action, record.Details)));
    }

    [Fact]
    public async Task A_password_that_is_chosen_by_a_link_and_the_sign_in_after_it_are_on_record()
    {
        string link = Assert.IsType<AdministrationResult.DoneWithSecret>(await _users.CreateAsync(await _app.PrincipalAsync(AccessApp.AdminName), "ada", Roles.Viewer, [])).Secret;
        using Browser ada = new(_app.Address);
        using HttpResponseMessage chosen = await ada.PostFormAsync(link, ("newPassword", NewPassword), ("repeatedPassword", NewPassword));

        Assert.Equal(
            [(AccessApp.AdminName, "create user", "ada"), ("ada", "choose password", "by a link"), ("ada", "sign in", "link")],
            (await RecordsAsync()).Select(record => (record.Actor, record.Action, record.Details)));
    }

    [Fact]
    public async Task The_first_administrator_is_on_record_from_the_beginning()
    {
        await using AccessApp app = await ClockedApp.StartAsync(new MovableClock());
        await TestWait.ReadAsync(() => Task.FromResult(app.Services.GetRequiredService<AuditTrail>().Waiting), static waiting => waiting == 0);

        List<AuditRecord> records = await app.QueryAsync(database => database.Set<AuditRecord>().OrderBy(record => record.Number).ToListAsync(Cancel));

        Assert.Equal(
            [(AccessApp.AdminName, "create first administrator", "Admin, all servers"), (AccessApp.AdminName, "sign in", null)],
            records.Select(record => (record.Actor, record.Action, record.After)));
    }

    [Fact]
    public async Task What_a_stranger_typed_as_a_name_is_neither_on_record_nor_logged()
    {
        using Browser browser = new(_app.Address);
        using HttpResponseMessage refused = await browser.SignInAsync("hunter2-in-the-wrong-field", "grace");

        AuditRecord record = Assert.Single(await RecordsAsync());

        Assert.Equal((AccountTrail.Stranger, "sign in", "Denied", "no such user."), (record.Actor, record.Action, record.Outcome, record.Reply));
        Assert.DoesNotContain("hunter2-in-the-wrong-field", _app.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_guesses_for_long_fills_the_log_and_not_the_trail()
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Viewer);
        using Browser browser = new(_app.Address);
        for (int i = 0; i < RefusalLimit.PerWindow + 3; i++)
        {
            using HttpResponseMessage refused = await browser.SignInAsync("ada", "not the right password");
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        List<AuditRecord> records = await RecordsAsync();

        Assert.Equal(RefusalLimit.PerWindow, records.Count);
        Assert.Equal(("wrong password.", "wrong password; locked out for 5 minutes."), (records[0].Reply, records[4].Reply));
        Assert.StartsWith("locked out. What follows until ", records[^1].Reply, StringComparison.Ordinal);
        Assert.All(records, static record => Assert.Equal(("ada", "sign in", "Denied"), (record.Actor, record.Action, record.Outcome)));
    }

    [Theory]
    [InlineData(nameof(AuditKind.Accounts), "sign in")]
    [InlineData(nameof(AuditKind.Vpn), "signal")]
    public async Task The_trail_is_searched_by_what_it_concerns(string kind, string found)
    {
        using Browser browser = await _app.SignInAsync();
        _trail.Write(new AuditEntry(DateTimeOffset.UnixEpoch, new Caller("ada", CallerKind.User, null), "signal", "Done") { Server = "paris" });
        await WrittenAsync();

        IReadOnlyList<AuditRecord> records = await _app.Services.GetRequiredService<IAuditStore>().ReadAsync(new AuditQuery(Kind: Enum.Parse<AuditKind>(kind)), Cancel);

        Assert.Equal([found], records.Where(record => record.Number > _begin).Select(record => record.Action));
    }

    private static async Task ChangePasswordAsync(Browser browser, string from, string to)
    {
        using HttpResponseMessage changed = await browser.PostFormAsync("/account/password", ("currentPassword", from), ("newPassword", to), ("repeatedPassword", to));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    private Task<int> WrittenAsync() => TestWait.ReadAsync(() => Task.FromResult(_trail.Waiting), static waiting => waiting == 0);

    private async Task<List<AuditRecord>> RecordsAsync()
    {
        await WrittenAsync();
        return await _app.QueryAsync(database => database.Set<AuditRecord>().AsNoTracking().Where(record => record.Number > _begin).OrderBy(record => record.Number).ToListAsync(Cancel));
    }
}
