using System.Security.Claims;
using Dashboard.Access.Schema;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Dashboard.Access.Sessions;

/// <summary>
/// Which sessions there are. A cookie is worth nothing without its row here, so that a session can be ended from
/// elsewhere, and every request and every live page asks whether it still holds.
/// </summary>
internal sealed class SignInSessions(
    IDbContextFactory<DashboardDbContext> contexts, StorageState storage, IOptions<IdentityOptions> identity, TimeProvider time, ILogger<SignInSessions> logger)
{
    /// <summary>A session that nobody uses for this long is over.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    private static readonly TimeSpan s_lastSeenPrecision = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether whoever came with this session may go on: the session holds, or the database that knows is away. An outage
    /// signs nobody out, and nobody waits for it at every request.
    /// </summary>
    public async Task<bool> MayGoOnAsync(ClaimsPrincipal principal, CancellationToken cancellationToken)
    {
        if (principal.SessionId() is null || principal.EndsAt() <= time.GetUtcNow())
            return false;
        if (!storage.Current.IsReady)
            return true;
        try
        {
            return await IsCurrentAsync(principal, cancellationToken);
        }
        catch (Exception e) when (StorageFailure.Is(e))
        {
            Log.SessionNotChecked(logger, e, new VisibleText(principal.Identity?.Name));
            return true;
        }
    }

    /// <summary>Whether the session still exists and its claims say what the database says: the same security stamp, roles and servers.</summary>
    public async Task<bool> IsCurrentAsync(ClaimsPrincipal principal, CancellationToken cancellationToken = default)
    {
        if (principal.SessionId() is not { } id || !TryGetUserId(principal, out Guid userId))
            return false;
        DateTimeOffset now = time.GetUtcNow();
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        var found = await (
            from session in database.Set<SignInSessionRow>()
            join user in database.Users on session.UserId equals user.Id
            where session.Id == id && user.Id == userId && session.LastSeenAt > now - Lifetime
            select new
            {
                session.LastSeenAt,
                user.SecurityStamp,
                user.Servers,
                Roles = database.UserRoles.Where(link => link.UserId == user.Id).Join(database.Roles, link => link.RoleId, role => role.Id, (_, role) => role.Name!).ToList(),
            }).AsNoTracking().SingleOrDefaultAsync(cancellationToken);
        if (found is null
            || !string.Equals(found.SecurityStamp, principal.FindFirstValue(identity.Value.ClaimsIdentity.SecurityStampClaimType), StringComparison.Ordinal)
            || !Same(found.Roles, principal, ClaimTypes.Role)
            || !Same(found.Servers, principal, ServerAccess.ClaimType))
            return false;

        if (now - found.LastSeenAt >= s_lastSeenPrecision)
            await database.Set<SignInSessionRow>().Where(session => session.Id == id).ExecuteUpdateAsync(set => set.SetProperty(session => session.LastSeenAt, now), cancellationToken);
        return true;
    }

    /// <summary>The sessions of a user that go on, the one that was used last first.</summary>
    public async Task<IReadOnlyList<SignInSessionRow>> ListAsync(Guid userId, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = time.GetUtcNow() - Lifetime;
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Set<SignInSessionRow>().AsNoTracking()
            .Where(session => session.UserId == userId && session.LastSeenAt > oldest)
            .OrderByDescending(session => session.LastSeenAt).ToListAsync(cancellationToken);
    }

    /// <summary>Ends one session of a user; false when they have no such session.</summary>
    public async Task<bool> EndAsync(Guid userId, Guid session, CancellationToken cancellationToken)
    {
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Set<SignInSessionRow>().Where(row => row.Id == session && row.UserId == userId).ExecuteDeleteAsync(cancellationToken) > 0;
    }

    /// <summary>Ends all sessions of a user but one.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndOthersAsync(Guid userId, Guid? except, CancellationToken cancellationToken)
    {
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        return await database.Set<SignInSessionRow>().Where(row => row.UserId == userId && row.Id != except).ExecuteDeleteAsync(cancellationToken);
    }

    /// <summary>Starts a session, and takes away those that nobody has used for long.</summary>
    public async Task AddAsync(SignInSessionRow session, CancellationToken cancellationToken)
    {
        DateTimeOffset oldest = session.CreatedAt - Lifetime;
        await using DashboardDbContext database = await contexts.CreateDbContextAsync(cancellationToken);
        await database.Set<SignInSessionRow>().Where(row => row.LastSeenAt < oldest).ExecuteDeleteAsync(cancellationToken);
        database.Add(session);
        await database.SaveChangesAsync(cancellationToken);
    }

    private bool TryGetUserId(ClaimsPrincipal principal, out Guid userId) =>
        Guid.TryParse(principal.FindFirstValue(identity.Value.ClaimsIdentity.UserIdClaimType), out userId);

    private static bool Same(List<string> stored, ClaimsPrincipal principal, string claimType) =>
        stored.ToHashSet(StringComparer.Ordinal).SetEquals(principal.FindAll(claimType).Select(static claim => claim.Value));
}
