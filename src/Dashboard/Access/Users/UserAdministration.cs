using System.Security.Claims;
using Dashboard.Access.Audit;
using Dashboard.Access.Schema;
using Dashboard.Access.Sessions;
using Dashboard.Fleet.Operations;
using Dashboard.Storage;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access.Users;

/// <summary>
/// The one path for everything that an administrator does to users: authorises the caller, keeps at least one
/// administrator who can sign in, and ends the sessions of whoever is changed. Never throws for an expected outcome.
/// </summary>
internal sealed class UserAdministration(
    IServiceScopeFactory scopes, IAuthorizationService authorization, SignInSessions sessions, AccountTrail trail, TimeProvider time, ILogger<UserAdministration> logger)
{
    private const int MaxNameLength = 64;

    /// <summary>All users by name. Empty for whoever is no administrator.</summary>
    public async Task<IReadOnlyList<UserSummary>> ListAsync(ClaimsPrincipal caller, CancellationToken cancellationToken = default)
    {
        if (!(await authorization.AuthorizeAsync(caller, Policies.Administer)).Succeeded)
            return [];
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        DashboardDbContext database = scope.ServiceProvider.GetRequiredService<DashboardDbContext>();
        DateTimeOffset now = time.GetUtcNow(), oldest = now - SignInSessions.Lifetime;
        var users = await (
            from user in database.Users.AsNoTracking()
            orderby user.NormalizedUserName
            select new
            {
                User = user,
                Role = database.UserRoles.Where(link => link.UserId == user.Id).Join(database.Roles, link => link.RoleId, role => role.Id, (_, role) => role.Name).FirstOrDefault(),
                Passkeys = database.UserPasskeys.Count(passkey => passkey.UserId == user.Id),
                Sessions = database.Set<SignInSessionRow>().Count(session => session.UserId == user.Id && session.LastSeenAt > oldest),
                IsExternal = database.UserLogins.Any(login => login.UserId == user.Id),
                LastSeen = database.Set<SignInSessionRow>().Where(session => session.UserId == user.Id).Max(session => (DateTimeOffset?)session.LastSeenAt),
            }).ToListAsync(cancellationToken);
        return [.. users.Select(row => new UserSummary(
            row.User.Id,
            row.User.UserName ?? "",
            row.Role,
            row.User.Servers,
            UserSummary.IsLockedForGood(row.User),
            row.User.LockoutEnd > now ? row.User.LockoutEnd : null,
            row.User.PasswordHash is not null,
            row.User.LinkExpires > now ? row.User.LinkExpires : null,
            row.User.TotpKey is not null,
            row.Passkeys,
            row.Sessions,
            row.LastSeen,
            row.IsExternal))];
    }

    /// <summary>Creates a user without a password. The secret is the path of the link with which they choose one.</summary>
    public Task<AdministrationResult> CreateAsync(ClaimsPrincipal caller, string name, string role, IReadOnlyList<string> servers) =>
        RunAsync(caller, AccountActions.CreateUser, name, AccountActions.Access(role, servers), async work =>
        {
            if (!Roles.All.Contains(role, StringComparer.Ordinal))
                return new AdministrationResult.Refused("Choose a role.");
            if (name.Length > MaxNameLength)
                return new AdministrationResult.Refused($"A name has at most {MaxNameLength} characters.");
            DashboardUser user = new() { UserName = name, CreatedAt = time.GetUtcNow(), Servers = [.. servers] };
            IdentityResult result = await work.Users.CreateAsync(user);
            if (result.Succeeded)
                result = await work.Users.AddToRoleAsync(user, role);
            return result.Succeeded ? new AdministrationResult.DoneWithSecret(await work.Links.IssueAsync(user.Id, default)) : Refuse(result);
        });

    /// <summary>A new link with which the user chooses a password: the secret is its path. Their password stays good until it is used.</summary>
    public Task<AdministrationResult> IssueLinkAsync(ClaimsPrincipal caller, Guid id) =>
        RunAsync(caller, id, AccountActions.IssueLink, wanted: null, async (work, user) =>
            new AdministrationResult.DoneWithSecret(await work.Links.IssueAsync(user.Id, default)));

    /// <summary>Changes what the user may do, and where. Their sessions end, so that none goes on with what it was allowed before.</summary>
    public Task<AdministrationResult> SetAccessAsync(ClaimsPrincipal caller, Guid id, string role, IReadOnlyList<string> servers) =>
        RunAsync(caller, id, AccountActions.ChangeAccess, AccountActions.Access(role, servers), async (work, user) =>
        {
            IList<string> roles = await work.Users.GetRolesAsync(user);
            work.Before = AccountActions.Access(string.Join(' ', roles), user.Servers);
            if (!Roles.All.Contains(role, StringComparer.Ordinal))
                return new AdministrationResult.Refused("Choose a role.");
            bool staysFull = role is Roles.Admin && servers.Count == 0;
            if (!staysFull && await work.IsLastAdministratorAsync(user))
                return LastAdministrator;
            await work.Users.RemoveFromRolesAsync(user, roles);
            await work.Users.AddToRoleAsync(user, role);
            user.Servers = [.. servers];
            return await work.EndSessionsAsync(user);
        });

    /// <summary>Locks the user out until they are unlocked, or lifts any lock.</summary>
    public Task<AdministrationResult> SetLockedAsync(ClaimsPrincipal caller, Guid id, bool locked) =>
        RunAsync(caller, id, locked ? AccountActions.Lock : AccountActions.Unlock, wanted: null, async (work, user) =>
        {
            if (locked && await work.IsLastAdministratorAsync(user))
                return LastAdministrator;
            user.LockoutEnabled = true;
            user.LockoutEnd = locked ? DateTimeOffset.MaxValue : null;
            user.AccessFailedCount = 0;
            return locked ? await work.EndSessionsAsync(user) : Answer(await work.Users.UpdateAsync(user));
        });

    /// <summary>Forgets the user's authenticator app, recovery codes and passkeys: the password alone lets them in.</summary>
    public Task<AdministrationResult> ResetSecondFactorAsync(ClaimsPrincipal caller, Guid id) =>
        RunAsync(caller, id, AccountActions.ResetFactors, wanted: null, async (work, user) =>
        {
            await work.SecondFactor.RemoveAsync(user, default);
            foreach (UserPasskeyInfo passkey in await work.Users.GetPasskeysAsync(user))
                await work.Users.RemovePasskeyAsync(user, passkey.CredentialId);
            return new AdministrationResult.Done();
        });

    public Task<AdministrationResult> SignOutEverywhereAsync(ClaimsPrincipal caller, Guid id) =>
        RunAsync(caller, id, AccountActions.SignOutEverywhere, wanted: null, async (_, user) =>
        {
            await sessions.EndOthersAsync(user.Id, except: null, default);
            return new AdministrationResult.Done();
        });

    public Task<AdministrationResult> DeleteAsync(ClaimsPrincipal caller, Guid id) =>
        RunAsync(caller, id, AccountActions.DeleteUser, wanted: null, async (work, user) =>
        {
            work.Before = AccountActions.Access(string.Join(' ', await work.Users.GetRolesAsync(user)), user.Servers);
            return await work.IsLastAdministratorAsync(user) ? LastAdministrator : Answer(await work.Users.DeleteAsync(user));
        });

    private static AdministrationResult LastAdministrator =>
        new AdministrationResult.Refused("This is the last administrator of all servers who can sign in. Make another one first.");

    private static AdministrationResult Answer(IdentityResult result) => result.Succeeded ? new AdministrationResult.Done() : Refuse(result);

    private static AdministrationResult.Refused Refuse(IdentityResult result) => new(string.Join(' ', result.Errors.Select(static error => error.Description)));

    private Task<AdministrationResult> RunAsync(ClaimsPrincipal caller, Guid id, string action, string? wanted, Func<Work, DashboardUser, Task<AdministrationResult>> change) =>
        RunAsync(caller, action, $"{id}", wanted, async work =>
        {
            if (await work.Users.FindByIdAsync(id.ToString()) is not { } user)
                return new AdministrationResult.Refused("There is no such user any more.");
            work.Subject = user.UserName;
            return await change(work, user);
        });

    // One change at a time, in a transaction: two administrators who demote each other at once would leave none.
    private async Task<AdministrationResult> RunAsync(ClaimsPrincipal caller, string action, string subject, string? wanted, Func<Work, Task<AdministrationResult>> change)
    {
        await using AsyncServiceScope scope = scopes.CreateAsyncScope();
        Work work = new(scope.ServiceProvider) { Subject = subject };
        if (!(await authorization.AuthorizeAsync(caller, Policies.Administer)).Succeeded)
            return Record(new AdministrationResult.Refused("Only an administrator may do this."), OperationOutcome.Denied);
        if (ServerAccess.Of(caller).IsLimited)
            return Record(new AdministrationResult.Refused("An administrator who is limited to some servers cannot change users."), OperationOutcome.Denied);
        if (!(await authorization.AuthorizeAsync(caller, Policies.Proven)).Succeeded)
            return Record(new AdministrationResult.ProofWanted(), OperationOutcome.Denied);

        AdministrationResult result = new AdministrationResult.Refused("Nothing was done.");
        try
        {
            await AccessLock.RunAsync(work.Database, async () =>
            {
                work.Database.ChangeTracker.Clear();
                result = await change(work);
                return result is not AdministrationResult.Refused;
            }, CancellationToken.None);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            Log.AdministrationFailed(logger, e, action);
            return Record(new AdministrationResult.Refused("The database cannot be reached: nothing was changed."), OperationOutcome.Failed);
        }
        return Record(result, result is AdministrationResult.Refused ? OperationOutcome.Refused : OperationOutcome.Done);

        AdministrationResult Record(AdministrationResult became, OperationOutcome outcome)
        {
            bool done = outcome is OperationOutcome.Done;
            trail.Write(Caller.From(caller), action, outcome, done || wanted is null ? work.Subject : $"{work.Subject} as {wanted}", became.WhyNot, work.Before, done ? wanted : null);
            return became;
        }
    }

    /// <summary>What one change works with.</summary>
    private sealed class Work(IServiceProvider services)
    {
        public DashboardDbContext Database { get; } = services.GetRequiredService<DashboardDbContext>();
        public UserManager<DashboardUser> Users { get; } = services.GetRequiredService<UserManager<DashboardUser>>();
        public PasswordLinks Links { get; } = services.GetRequiredService<PasswordLinks>();
        public SecondFactor SecondFactor { get; } = services.GetRequiredService<SecondFactor>();

        /// <summary>Whom it is about, for the record.</summary>
        public string? Subject { get; set; }

        /// <summary>What they might do before; null where that is not what changes.</summary>
        public string? Before { get; set; }

        /// <summary>A new security stamp, and no session any more.</summary>
        public async Task<AdministrationResult> EndSessionsAsync(DashboardUser user)
        {
            IdentityResult result = await Users.UpdateSecurityStampAsync(user);
            await Database.Set<SignInSessionRow>().Where(session => session.UserId == user.Id).ExecuteDeleteAsync();
            return Answer(result);
        }

        /// <summary>Whether nobody else is an administrator of all servers who has a password and is not locked.</summary>
        public async Task<bool> IsLastAdministratorAsync(DashboardUser user)
        {
            List<DashboardUser> able = [.. (await Users.GetUsersInRoleAsync(Roles.Admin)).Where(static admin =>
                admin.PasswordHash is not null && admin.Servers.Count == 0 && !UserSummary.IsLockedForGood(admin))];
            return able.Exists(admin => admin.Id == user.Id) && able.Count == 1;
        }
    }
}
