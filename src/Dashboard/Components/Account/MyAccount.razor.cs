using Dashboard.Access.Audit;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Components.Account;

/// <summary>What somebody can do about their own account: how they sign in, and where they are signed in.</summary>
public sealed partial class MyAccount
{
    internal const string Path = "account";

    private IReadOnlyList<SignInSessionRow> _sessions = [];
    private IReadOnlyList<string> _servers = [];
    private bool _hasAuthenticator;
    private int _recoveryCodes;
    private int _passkeys;
    private Guid? _here;
    private string? _done;

    [Inject]
    internal SignInSessions Sessions { get; init; } = default!;

    [Inject]
    internal SecondFactor SecondFactor { get; init; } = default!;

    [Inject]
    internal Passkeys Passkeys { get; init; } = default!;

    [Inject]
    public required UserManager<DashboardUser> Users { get; init; }

    [Inject]
    internal AccountTrail Trail { get; init; } = default!;

    protected override Task OnInitializedAsync() => WithUserAsync(Users, async user =>
    {
        _here = HttpContext.User.SessionId();
        _servers = user.Servers;
        _hasAuthenticator = user.TotpKey is not null;
        _recoveryCodes = await SecondFactor.CountRecoveryCodesAsync(user, HttpContext.RequestAborted);
        _passkeys = (await Passkeys.ListAsync(user)).Count;
        _sessions = await Sessions.ListAsync(user.Id, HttpContext.RequestAborted);
    });

    private Task EndAsync(Guid session) => WithUserAsync(Users, async user =>
        Ended(user, await Sessions.EndAsync(user.Id, session, HttpContext.RequestAborted) ? 1 : 0, await Sessions.ListAsync(user.Id, HttpContext.RequestAborted)));

    private Task EndOthersAsync() => WithUserAsync(Users, async user =>
        Ended(user, await Sessions.EndOthersAsync(user.Id, _here, HttpContext.RequestAborted), await Sessions.ListAsync(user.Id, HttpContext.RequestAborted)));

    private void Ended(DashboardUser user, int count, IReadOnlyList<SignInSessionRow> left)
    {
        if (count > 0)
            Trail.Done(user, RemoteAddress, AccountActions.EndSessions, $"{count}");
        _sessions = left;
        _done = count == 1 ? "The session has ended." : $"{count} sessions have ended.";
    }
}
