using System.Net;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access;

/// <summary>
/// Signs a person in with a password. Every refusal looks the same from outside: the same answer, and one password
/// hash computed, whether the name is unknown, the password wrong or the account locked.
/// </summary>
internal sealed class SignInService(
    UserManager<DashboardUser> users,
    SignInManager<DashboardUser> signIn,
    IPasswordHasher<DashboardUser> hasher,
    DecoyHash decoy,
    SignInThrottle throttle,
    AccountTurns turns,
    ILogger<SignInService> logger)
{
    /// <summary>Checks the password and, when it is right, puts the cookie into the current response.</summary>
    public async Task<SignInOutcome> SignInAsync(string userName, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        SignInOutcome outcome = await CheckAsync(userName, password, address, cancellationToken);
        if (outcome is SignInOutcome.Succeeded && await users.FindByNameAsync(userName) is { } user)
        {
            await signIn.SignInAsync(user, isPersistent: false);
            Log.SignedIn(logger, new VisibleText(userName), address);
        }
        return outcome;
    }

    /// <summary>Checks the password with all that belongs to it (limits, lock-out, log) and signs nobody in.</summary>
    public async Task<SignInOutcome> CheckAsync(string userName, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        if (!throttle.TryBegin(address, out TimeSpan retryAfter))
        {
            Log.SignInThrottled(logger, new VisibleText(userName), address);
            return new SignInOutcome.Throttled(retryAfter);
        }

        using IDisposable turn = await turns.TakeAsync(userName, cancellationToken);
        DashboardUser? user = await users.FindByNameAsync(userName);
        if (user is null || await users.IsLockedOutAsync(user))
        {
            hasher.VerifyHashedPassword(decoy.User, decoy.Hash, password);
            Log.SignInFailed(logger, new VisibleText(userName), address, user is null ? "no such user" : "locked out");
            return new SignInOutcome.Refused();
        }

        SignInResult result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (result.Succeeded)
        {
            throttle.Forgive(address);
            return new SignInOutcome.Succeeded();
        }
        if (result.IsLockedOut)
            Log.LockedOut(logger, new VisibleText(userName), address, users.Options.Lockout.DefaultLockoutTimeSpan);
        else
            Log.SignInFailed(logger, new VisibleText(userName), address, "wrong password");
        return new SignInOutcome.Refused();
    }
}
