using System.Net;
using System.Security.Claims;
using Dashboard.Access.Audit;
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
    AccountTrail trail,
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
        SignInOutcome outcome = await CheckAsync(user, code, address, AccountActions.SignIn, cancellationToken);
        if (outcome is SignInOutcome.Succeeded)
        {
            await Context.SignOutAsync(Scheme);
            await sessions.StartAsync(user, "password and code", cancellationToken);
        }
        return outcome;
    }

    /// <summary>Checks a code of the app or a recovery code, with all that belongs to it (limits, lock-out, record). It is used up then.</summary>
    /// <param name="action">What it is for, one of <see cref="AccountActions"/>.</param>
    public async Task<SignInOutcome> CheckAsync(DashboardUser user, string code, IPAddress? address, string action, CancellationToken cancellationToken)
    {
        if (!throttle.TryBegin(address, out TimeSpan retryAfter))
        {
            Log.SignInThrottled(logger, address);
            return new SignInOutcome.Throttled(retryAfter);
        }
        using IDisposable turn = await turns.TakeAsync(user.UserName ?? "", cancellationToken);
        if (await users.IsLockedOutAsync(user))
            return Refuse(user, address, action, "locked out");
        if (await factor.TakeCodeAsync(user, code, cancellationToken))
            return await SucceedAsync(user, address);
        if (await factor.TakeRecoveryCodeAsync(user, code, cancellationToken))
        {
            trail.Done(user, address, AccountActions.ChangeFactors, "a recovery code was used");
            return await SucceedAsync(user, address);
        }
        await users.AccessFailedAsync(user);
        return Refuse(user, address, action, await users.IsLockedOutAsync(user)
            ? $"wrong code; locked out for {users.Options.Lockout.DefaultLockoutTimeSpan.TotalMinutes:0} minutes"
            : "wrong code");
    }

    private SignInOutcome.Refused Refuse(DashboardUser user, IPAddress? address, string action, string reason)
    {
        Log.SignInFailed(logger, new VisibleText(user.UserName), address, reason);
        trail.Refused(user.UserName, address, action, reason);
        return new SignInOutcome.Refused();
    }

    private async Task<SignInOutcome> SucceedAsync(DashboardUser user, IPAddress? address)
    {
        throttle.Forgive(address);
        await users.ResetAccessFailedCountAsync(user);
        return new SignInOutcome.Succeeded();
    }
}
