using System.Net;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.External;

/// <summary>
/// Signs in people whom another system knows. Each has a user of their own here, tied to who they are there and never to a
/// name: a local user of the same name is somebody else. Role and servers follow their groups at every sign-in.
/// </summary>
internal sealed class ExternalSignIn(
    DashboardDbContext database,
    UserManager<DashboardUser> users,
    IOptions<AccessOptions> access,
    SessionIssuer issuer,
    SignInSessions sessions,
    FirstAdministratorLink link,
    AccountTrail trail,
    TimeProvider time,
    ILogger<ExternalSignIn> logger)
{
    /// <summary>A session ends after this long however busy it is: the other system is asked again whether the person still belongs to it.</summary>
    public static readonly TimeSpan SessionLifetime = SignInSessions.Lifetime;

    private const int MaxNameLength = 64;

    /// <param name="method">How they proved who they are, in words, for the list of sessions and the log.</param>
    /// <param name="provenAt">When they did; null when that is not known.</param>
    public async Task<ExternalSignInOutcome> SignInAsync(
        ExternalIdentity who, string method, DateTimeOffset? provenAt, IPAddress? address, CancellationToken cancellationToken)
    {
        Grant? grant = Grant.Of(access.Value.Grants, who.Groups);
        DashboardUser? user = null;
        ExternalSignInOutcome outcome = ExternalSignInOutcome.NoRole;
        string? detail = null;
        (string? Before, string? After) change = (null, null);
        await AccessLock.RunAsync(database, async () =>
        {
            database.ChangeTracker.Clear();
            user = await users.FindByLoginAsync(who.Issuer, who.Subject);
            (outcome, detail) =
                grant is null ? (ExternalSignInOutcome.NoRole, "none of their groups has a role")
                : user is not null && UserSummary.IsLockedForGood(user) ? (ExternalSignInOutcome.Locked, "locked")
                : user is null && await CreateAsync(who, created => user = created) is { } refusal ? (ExternalSignInOutcome.NameRefused, refusal)
                : (ExternalSignInOutcome.Succeeded, null);
            if (outcome is ExternalSignInOutcome.Succeeded)
                change = await ApplyAsync(user!, grant!);
            return outcome is ExternalSignInOutcome.Succeeded;
        }, cancellationToken);

        if (outcome is not ExternalSignInOutcome.Succeeded)
        {
            if (user is not null && outcome is not ExternalSignInOutcome.NameRefused)
                await sessions.EndOthersAsync(user.Id, except: null, cancellationToken); // what they were once allowed is over
            Log.SignInFailed(logger, new VisibleText(who.Name), address, $"{method}: {new VisibleText(detail, 200)}");
            trail.Refused(user?.UserName, address, AccountActions.SignIn, $"{method}: {detail}");
            return outcome;
        }
        if (grant!.Role == Roles.Admin)
            link.Void(); // there is one now
        if (change.After is not null)
            trail.Done(Caller.User(user!.UserName, address), change.Before is null ? AccountActions.CreateUser : AccountActions.ChangeAccess, $"{user.UserName}, by their groups ({method})", change.Before, change.After);
        DateTimeOffset now = time.GetUtcNow();
        await issuer.StartAsync(user!, method, new ExternalSession(provenAt ?? DateTimeOffset.UnixEpoch, now + SessionLifetime), cancellationToken);
        return outcome;
    }

    // Null when created, else why not.
    private async Task<string?> CreateAsync(ExternalIdentity who, Action<DashboardUser> created)
    {
        if (who.Name.Length is 0 or > MaxNameLength)
            return $"the name has no or more than {MaxNameLength} characters";
        if (await users.FindByNameAsync(who.Name) is not null)
            return "another user here has this name";
        var user = new DashboardUser { UserName = who.Name, CreatedAt = time.GetUtcNow() };
        IdentityResult result = await users.CreateAsync(user);
        if (result.Succeeded)
            result = await users.AddLoginAsync(user, new UserLoginInfo(who.Issuer, who.Subject, null));
        if (!result.Succeeded)
            return string.Join(' ', result.Errors.Select(static error => error.Description));
        created(user);
        return null;
    }

    // What they might do before and may do now, where that is not the same; before is null for whoever is new. Sessions that
    // were opened with another role or other servers end by themselves: their claims are no longer true.
    private async Task<(string? Before, string? After)> ApplyAsync(DashboardUser user, Grant grant)
    {
        IList<string> roles = await users.GetRolesAsync(user);
        string? before = roles.Count == 0 ? null : AccountActions.Access(string.Join(' ', roles), user.Servers);
        if (roles is not [var only] || only != grant.Role)
        {
            await users.RemoveFromRolesAsync(user, roles);
            await users.AddToRoleAsync(user, grant.Role);
        }
        if (!user.Servers.SequenceEqual(grant.Servers, StringComparer.Ordinal))
        {
            user.Servers = [.. grant.Servers];
            await users.UpdateAsync(user);
        }
        string after = AccountActions.Access(grant.Role, grant.Servers);
        return before == after ? (null, null) : (before, after);
    }
}
