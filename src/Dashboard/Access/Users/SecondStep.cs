using System.Net;
using System.Security.Claims;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access.Users;

/// <summary>
/// Between the right password and the code: a cookie of its own says for some minutes whose password it was, and allows
/// nothing else. Wrong codes count like wrong passwords, towards the same lock-out.
/// </summary>
internal sealed class SecondStep(
    UserManager<DashboardUser> users,
    SecondFactor factor,
    SessionIssuer sessions,
    SignInThrottle throttle,
    AccountTurns turns,
    IHttpContextAccessor http,
    ILogger<SecondStep> logger)
{
    private static string Scheme => IdentityConstants.TwoFactorUserIdScheme;

    private const string StampType = "stamp";

    private HttpContext Context => http.HttpContext ?? throw new InvalidOperationException("A sign-in happens within a request.");

    public Task BeginAsync(DashboardUser user) =>
        Context.SignInAsync(Scheme, new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(ClaimTypes.Name, user.Id.ToString()), new Claim(StampType, user.SecurityStamp ?? "")], Scheme)));

    /// <summary>Who has given the right password in this browser; null when nobody has, or it was too long ago.</summary>
    public async Task<DashboardUser?> FindUserAsync()
    {
        AuthenticateResult known = await Context.AuthenticateAsync(Scheme);
        return known.Principal?.FindFirstValue(ClaimTypes.Name) is { } id
            && known.Principal.FindFirstValue(StampType) is { } stamp
            && await users.FindByIdAsync(id) is { TwoFactorEnabled: true } user
            && string.Equals(user.SecurityStamp, stamp, StringComparison.Ordinal)
                ? user
                : null;
    }

    /// <summary>Signs in whoever has given the right password before and gives the right code now.</summary>
    public async Task<SignInOutcome> FinishAsync(string code, IPAddress? address, CancellationToken cancellationToken)
    {
        if (await FindUserAsync() is not { } user)
            return new SignInOutcome.Refused();
        SignInOutcome outcome = await CheckAsync(user, code, address, cancellationToken);
        if (outcome is SignInOutcome.Succeeded)
        {
            await Context.SignOutAsync(Scheme);
            await sessions.StartAsync(user, "password and code", cancellationToken);
            Log.SignedIn(logger, new VisibleText(user.UserName), address, "password and code");
        }
        return outcome;
    }

    /// <summary>Checks a code of the app or a recovery code, with all that belongs to it (limits, lock-out, log). It is used up then.</summary>
    public async Task<SignInOutcome> CheckAsync(DashboardUser user, string code, IPAddress? address, CancellationToken cancellationToken)
    {
        if (!throttle.TryBegin(address, out TimeSpan retryAfter))
        {
            Log.SignInThrottled(logger, new VisibleText(user.UserName), address);
            return new SignInOutcome.Throttled(retryAfter);
        }
        using IDisposable turn = await turns.TakeAsync(user.UserName ?? "", cancellationToken);
        if (await users.IsLockedOutAsync(user))
        {
            Log.SignInFailed(logger, new VisibleText(user.UserName), address, "locked out");
            return new SignInOutcome.Refused();
        }
        if (await factor.TakeCodeAsync(user, code, cancellationToken))
        {
            return await SucceedAsync(user, address);
        }
        if (await factor.TakeRecoveryCodeAsync(user, code, cancellationToken))
        {
            Log.FactorsChanged(logger, new VisibleText(user.UserName), address, "a recovery code was used");
            return await SucceedAsync(user, address);
        }
        await users.AccessFailedAsync(user);
        if (await users.IsLockedOutAsync(user))
            Log.LockedOut(logger, new VisibleText(user.UserName), address, users.Options.Lockout.DefaultLockoutTimeSpan);
        else
            Log.SignInFailed(logger, new VisibleText(user.UserName), address, "wrong code");
        return new SignInOutcome.Refused();
    }

    private async Task<SignInOutcome> SucceedAsync(DashboardUser user, IPAddress? address)
    {
        throttle.Forgive(address);
        await users.ResetAccessFailedCountAsync(user);
        return new SignInOutcome.Succeeded();
    }
}
