using System.Net;
using Dashboard.Access.Audit;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access.Users;

/// <summary>
/// Links with which somebody chooses their password: for a new user, and for one who has forgotten it. A link works
/// once and not for long; a new one voids the one before. Only the hash of its token is kept.
/// </summary>
internal sealed class PasswordLinks(DashboardDbContext database, UserManager<DashboardUser> users, AccountTrail trail, TimeProvider time, ILogger<PasswordLinks> logger)
{
    public const string Path = "account/choose-password";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>The path of the link, with its token: shown once.</summary>
    public static string PathWith(string token) => $"{Path}?token={token}";

    /// <summary>Makes a link for the user. Their password, if they have one, stays good until the link is used.</summary>
    public async Task<string> IssueAsync(Guid userId, CancellationToken cancellationToken)
    {
        string token = SecretToken.New();
        byte[] hash = SecretToken.Hash(token);
        DateTimeOffset expires = time.GetUtcNow() + Lifetime;
        await database.Users.Where(user => user.Id == userId).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.LinkHash, hash).SetProperty(user => user.LinkExpires, expires), cancellationToken);
        return PathWith(token);
    }

    /// <summary>Whose link it is; null when it is not, or no longer, good.</summary>
    public Task<DashboardUser?> FindAsync(string? token, CancellationToken cancellationToken)
    {
        byte[] hash = SecretToken.Hash(token ?? "");
        DateTimeOffset now = time.GetUtcNow();
        return database.Users.SingleOrDefaultAsync(user => user.LinkHash == hash && user.LinkExpires > now, cancellationToken);
    }

    /// <summary>
    /// Sets the password, lifts a lock-out after wrong ones, and ends the user's sessions. Null when the link is not, or
    /// no longer, good; otherwise what Identity says of the password, where a failure leaves the link as it was.
    /// </summary>
    public async Task<(DashboardUser User, IdentityResult Result)?> UseAsync(string? token, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        DashboardUser? user = null;
        IdentityResult? result = null;
        bool done = await AccessLock.RunAsync(database, async () =>
        {
            database.ChangeTracker.Clear();
            (user, result) = (await FindAsync(token, cancellationToken), null);
            if (user is null)
                return false;
            bool lockedByAdministrator = UserSummary.IsLockedForGood(user);
            await database.Users.Where(row => row.Id == user.Id).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LinkHash, (byte[]?)null).SetProperty(row => row.LinkExpires, (DateTimeOffset?)null), cancellationToken);
            user.AccessFailedCount = 0;
            if (!lockedByAdministrator)
                user.LockoutEnd = null;
            user.PasswordHash = null;
            result = await users.AddPasswordAsync(user, password); // validates, renews the security stamp, saves it all
            return result.Succeeded;
        }, cancellationToken);
        if (done)
        {
            trail.Done(user!, address, AccountActions.ChoosePassword, "by a link");
        }
        else if (user is null)
        {
            Log.PasswordLinkRefused(logger, address);
            trail.Refused(userName: null, address, AccountActions.ChoosePassword, "a link that is not, or no longer, good");
        }
        return user is null ? null : (user, result!);
    }
}
