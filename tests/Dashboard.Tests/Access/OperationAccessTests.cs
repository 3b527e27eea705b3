using Dashboard.Access;
using Dashboard.Access.Sessions;
using Dashboard.Approvals;
using Dashboard.Fleet.Operations;
using Dashboard.Live;
using Microsoft.Extensions.DependencyInjection;

namespace Dashboard.Tests.Access;

/// <summary>Who may operate what, asked of the one path that all operations take.</summary>
public sealed class OperationAccessTests(ClockedApp shared) : IClassFixture<ClockedApp>, IAsyncLifetime
{
    private readonly AccessApp _app = shared.App;
    private readonly IServerOperations _operations = shared.App.Services.GetRequiredService<IServerOperations>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await shared.ResetAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData(null, OperationOutcome.Denied)]
    [InlineData(Roles.Viewer, OperationOutcome.Denied)]
    [InlineData(Roles.Operator, OperationOutcome.Stale)] // allowed, but there is no management session
    [InlineData(Roles.Admin, OperationOutcome.Stale)]
    public async Task Operating_takes_the_role(string? role, OperationOutcome expected)
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, role);

        OperationResult result = await _operations.HoldAsync(await _app.PrincipalAsync("ada"), ClockedApp.Server, HoldAction.On, Cancel);

        Assert.Equal(expected, result.Outcome);
    }

    [Fact]
    public async Task A_server_beyond_the_limit_is_answered_like_one_that_does_not_exist()
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Admin, "paris");
        var ada = await _app.PrincipalAsync("ada");

        OperationResult hidden = await _operations.SignalAsync(ada, ClockedApp.Server, ServerSignal.SIGTERM, Cancel);
        OperationResult missing = await _operations.SignalAsync(ada, "nowhere", ServerSignal.SIGTERM, Cancel);

        Assert.Equal(missing, hidden);
    }

    [Theory]
    [InlineData("paris", OperationOutcome.Done)]
    [InlineData(ClockedApp.Server, OperationOutcome.Denied)]
    [InlineData(null, OperationOutcome.Denied)] // every server: also those that they may not see
    public async Task Keeping_a_name_out_and_in_again_ends_at_the_limit(string? server, OperationOutcome expected)
    {
        await _app.AddUserAsync("ada", AccessApp.AdminPassword, Roles.Operator, "paris");
        var ada = await _app.PrincipalAsync("ada");
        var admin = await _app.PrincipalAsync(AccessApp.AdminName);
        IApprovals approvals = _app.Services.GetRequiredService<IApprovals>();
        await approvals.BlockAsync(admin, server, new(NameKind.Either, "bob"), BlockTerm.UntilLifted, null);
        Guid block = approvals.BlocksFor(admin)[0].Id;

        OperationResult lifted = await approvals.LiftAsync(ada, block);
        OperationResult blocked = await approvals.BlockAsync(ada, server, new(NameKind.Either, "eve"), BlockTerm.UntilLifted, null);
        string[] seen = [.. approvals.BlocksFor(ada).Select(each => each.CommonName)];
        foreach (Block left in approvals.BlocksFor(admin))
            await approvals.LiftAsync(admin, left.Id);

        Assert.Equal((expected, expected), (lifted.Outcome, blocked.Outcome));
        Assert.Equal(server switch { "paris" => ["eve"], null => ["bob"], _ => Array.Empty<string>() }, seen);
    }

    [Theory]
    [InlineData(ServerSignal.SIGTERM, OperationOutcome.Denied)]
    [InlineData(ServerSignal.SIGUSR2, OperationOutcome.Stale)]
    public async Task Ending_a_daemon_takes_a_recent_proof(ServerSignal signal, OperationOutcome expected)
    {
        var admin = await _app.PrincipalAsync(AccessApp.AdminName);

        shared.Clock.Advance(RecentProof.Lasts);
        OperationResult result = await _operations.SignalAsync(admin, ClockedApp.Server, signal, Cancel);

        Assert.Equal(expected, result.Outcome);
    }

    [Theory]
    [InlineData("status 3")]
    [InlineData("signal SIGUSR1")]
    public async Task A_command_as_it_is_typed_takes_a_recent_proof_whatever_it_is(string line)
    {
        var admin = await _app.PrincipalAsync(AccessApp.AdminName);

        OperationResult proven = await _operations.RawAsync(admin, ClockedApp.Server, line, Cancel);
        shared.Clock.Advance(RecentProof.Lasts);
        OperationResult late = await _operations.RawAsync(admin, ClockedApp.Server, line, Cancel);

        Assert.Equal((OperationOutcome.Stale, OperationOutcome.Denied), (proven.Outcome, late.Outcome));
    }

    [Theory]
    [InlineData("/account")]
    [InlineData("/account/password")]
    [InlineData("/account/authenticator")]
    [InlineData("/account/passkeys")]
    [InlineData("/account/confirm")]
    [InlineData("/account/sign-out")]
    public async Task A_form_that_our_page_did_not_make_changes_nothing(string path)
    {
        using Browser browser = await _app.SignInAsync();
        browser.Headers.Add("Sec-Fetch-Site", "same-origin"); // even so
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent([new("_handler", "end-others"), new("password", AccessApp.AdminPassword)]) };

        using HttpResponseMessage response = await browser.SendAsync(request);
        using HttpResponseMessage page = await browser.GetAsync("/");

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(System.Net.HttpStatusCode.OK, page.StatusCode);
    }
}
