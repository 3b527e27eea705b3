using Dashboard.Storage;

namespace Dashboard.Access.Users;

/// <summary>A user as administrators see them.</summary>
/// <param name="Role">One of <see cref="Roles.All"/>; null when they have none and may do nothing.</param>
/// <param name="Servers">The servers they are limited to; none: all of them.</param>
/// <param name="IsLocked">Locked by an administrator, until one unlocks them.</param>
/// <param name="LockedUntil">Locked out after wrong passwords, until then; null when not.</param>
/// <param name="HasPassword">False until a new user has chosen one.</param>
/// <param name="LinkExpires">When the link to choose a password ends that they have not used; null when there is none.</param>
/// <param name="IsExternal">An identity provider or a proxy knows them, and its groups say at each sign-in what they may do.</param>
internal sealed record UserSummary(
    Guid Id,
    string Name,
    string? Role,
    IReadOnlyList<string> Servers,
    bool IsLocked,
    DateTimeOffset? LockedUntil,
    bool HasPassword,
    DateTimeOffset? LinkExpires,
    bool HasAuthenticator,
    int Passkeys,
    int Sessions,
    DateTimeOffset? LastSeen,
    bool IsExternal)
{
    public static bool IsLockedForGood(DashboardUser user) => user.LockoutEnd == DateTimeOffset.MaxValue;
}
