using System.Net;
using Dashboard.Access.Audit;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>Creates the first administrator for whoever holds the link, once.</summary>
internal sealed class FirstAdministrator(
    DashboardDbContext database,
    UserManager<DashboardUser> users,
    FirstAdministratorLink link,
    AccountTrail trail,
    TimeProvider time,
    ILogger<FirstAdministrator> logger)
{
    /// <summary>Whether anybody is an administrator. People whom another system vouches for may be here before.</summary>
    public static async Task<bool> IsThereOneAsync(UserManager<DashboardUser> users) => (await users.GetUsersInRoleAsync(Roles.Admin)).Count > 0;

    /// <summary>Whether the token is good and there is no administrator yet.</summary>
    public async Task<bool> MayCreateAsync(string? token, IPAddress? address)
    {
        if (link.Accepts(token) && !await IsThereOneAsync(users))
            return true;
        Log.FirstAdministratorRefused(logger, address);
        trail.Refused(userName: null, address, AccountActions.CreateFirstAdministrator, "a link that is not, or no longer, good");
        return false;
    }

    /// <summary>
    /// Creates the user with the role Admin. Null when the token is not, or no longer, good; otherwise what Identity
    /// says of name and password, where a failure leaves the link as it was. Of two at once one gets null.
    /// </summary>
    public async Task<(DashboardUser User, IdentityResult Result)?> CreateAsync(
        string? token, string userName, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        DashboardUser? user = null;
        IdentityResult? result = null;
        bool created = await AccessLock.RunAsync(database, async () =>
        {
            (user, result) = (null, null);
            database.ChangeTracker.Clear();
            if (!await MayCreateAsync(token, address))
                return false;
            user = new DashboardUser { UserName = userName, CreatedAt = time.GetUtcNow() };
            result = await users.CreateAsync(user, password);
            if (result.Succeeded)
                result = await users.AddToRoleAsync(user, Roles.Admin);
            return result.Succeeded;
        }, cancellationToken);

        if (created)
        {
            link.Void();
            trail.Done(Caller.User(userName, address), AccountActions.CreateFirstAdministrator, userName, after: AccountActions.Access(Roles.Admin, []));
        }
        return result is null ? null : (user!, result);
    }
}
