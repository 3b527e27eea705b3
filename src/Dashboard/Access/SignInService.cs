using System.Net;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Access.Users;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>
/// Signs a person in with a password. Every refusal looks the same from outside: the same answer, and one password
/// hash computed, whether the name is unknown, the password wrong or the account locked.
/// </summary>
internal sealed class SignInService(
    UserManager<DashboardUser> users,
    SessionIssuer sessions,
    SecondStep secondStep,
    IPasswordHasher<DashboardUser> hasher,
    DecoyHash decoy,
    SignInThrottle throttle,
    AccountTurns turns,
    AccountTrail trail,
    ILogger<SignInService> logger)
{
    /// <summary>Checks the password and, when it is right and enough, puts the session's cookie into the current response.</summary>
    public async Task<SignInOutcome> SignInAsync(string userName, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        SignInOutcome outcome = await CheckAsync(userName, password, address, AccountActions.SignIn, cancellationToken);
        if (outcome is not SignInOutcome.Succeeded || await users.FindByNameAsync(userName) is not { } user)
            return outcome;
        if (user.TwoFactorEnabled)
        {
            await secondStep.BeginAsync(user);
            return new SignInOutcome.CodeWanted();
        }
        await sessions.StartAsync(user, "password", cancellationToken);
        return outcome;
    }

    /// <summary>Checks the password with all that belongs to it (limits, lock-out, record) and signs nobody in.</summary>
    /// <param name="action">What it is for, one of <see cref="AccountActions"/>.</param>
    public async Task<SignInOutcome> CheckAsync(string userName, string password, IPAddress? address, string action, CancellationToken cancellationToken)
    {
        if (!throttle.TryBegin(address, out TimeSpan retryAfter))
        {
            Log.SignInThrottled(logger, address);
            return new SignInOutcome.Throttled(retryAfter);
        }

        using IDisposable turn = await turns.TakeAsync(userName, cancellationToken);
        DashboardUser? user = await users.FindByNameAsync(userName);
        if (user is null || await users.IsLockedOutAsync(user) || user.PasswordHash is null)
        {
            hasher.VerifyHashedPassword(decoy.User, decoy.Hash, password);
            return Refuse(user, address, action, user is null ? "no such user" : user.PasswordHash is null ? "no password yet" : "locked out");
        }

        if (await users.CheckPasswordAsync(user, password))
        {
            throttle.Forgive(address);
            // With a second factor the failures stay counted until that is right, too: else whoever knows the password could guess codes for ever.
            if (!user.TwoFactorEnabled)
                await users.ResetAccessFailedCountAsync(user);
            return new SignInOutcome.Succeeded();
        }
        await users.AccessFailedAsync(user);
        return Refuse(user, address, action, await users.IsLockedOutAsync(user)
            ? $"wrong password; locked out for {users.Options.Lockout.DefaultLockoutTimeSpan.TotalMinutes:0} minutes"
            : "wrong password");
    }

    private SignInOutcome.Refused Refuse(DashboardUser? user, IPAddress? address, string action, string reason)
    {
        Log.SignInFailed(logger, new VisibleText(user?.UserName ?? AccountTrail.Stranger), address, reason);
        trail.Refused(user?.UserName, address, action, reason);
        return new SignInOutcome.Refused();
    }
}
