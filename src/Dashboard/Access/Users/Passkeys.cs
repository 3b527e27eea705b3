using System.Net;
using System.Text.Json;
using Dashboard.Access.Audit;
using Dashboard.Access.Sessions;
using Dashboard.Storage;
using Microsoft.AspNetCore.Identity;

namespace Dashboard.Access.Users;

/// <summary>
/// Signing in with a key that a device keeps (WebAuthn). The device asks for a PIN or a finger, so a passkey is both
/// factors; it is bound to our host name, so no other site can ask for it.
/// </summary>
internal sealed class Passkeys(
    SignInManager<DashboardUser> signIn, SessionIssuer sessions, SignInThrottle throttle, AccountTrail trail, ILogger<Passkeys> logger)
{
    public const int MaxNameLength = 64;

    private const int MaxPasskeys = 20;

    private UserManager<DashboardUser> Users => signIn.UserManager;

    /// <summary>Whether a browser would offer passkeys at this address: it wants a host name, not a number, and https unless it is this machine.</summary>
    public static bool CanWork(HttpRequest request) =>
        Uri.CheckHostName(request.Host.Host) is UriHostNameType.Dns
        && (request.IsHttps || string.Equals(request.Host.Host, "localhost", StringComparison.OrdinalIgnoreCase));

    public async Task<IReadOnlyList<UserPasskeyInfo>> ListAsync(DashboardUser user) =>
        [.. (await Users.GetPasskeysAsync(user)).OrderBy(static passkey => passkey.CreatedAt)];

    /// <summary>What the browser is to hand to the device that makes a passkey (JSON).</summary>
    public Task<string> BeginAddAsync(DashboardUser user) =>
        signIn.MakePasskeyCreationOptionsAsync(new PasskeyUserEntity
        {
            Id = user.Id.ToString(),
            Name = user.UserName ?? "",
            DisplayName = user.UserName ?? "",
        });

    /// <summary>Keeps the passkey that the device has made; null when done, else why not.</summary>
    public async Task<string?> AddAsync(DashboardUser user, string credential, string name, IPAddress? address)
    {
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxNameLength || name.Any(char.IsControl))
            return $"Give it a name of at most {MaxNameLength} characters.";
        if ((await Users.GetPasskeysAsync(user)).Count >= MaxPasskeys)
            return $"There are {MaxPasskeys} passkeys already: remove one first.";
        PasskeyAttestationResult made = await TryAsync(() => signIn.PerformPasskeyAttestationAsync(credential)) ?? PasskeyAttestationResult.Fail(new PasskeyException("Malformed."));
        if (!made.Succeeded || !string.Equals(made.UserEntity.Id, user.Id.ToString(), StringComparison.Ordinal))
        {
            Log.PasskeyRefused(logger, address, new VisibleText(made.Failure?.Message, 200));
            return "The device's answer was not accepted. Try again.";
        }
        made.Passkey.Name = name;
        IdentityResult result = await Users.AddOrUpdatePasskeyAsync(user, made.Passkey);
        if (!result.Succeeded)
            return string.Join(' ', result.Errors.Select(static error => error.Description));
        trail.Done(user, address, AccountActions.ChangeFactors, $"a passkey was added: {name}");
        return null;
    }

    public async Task RemoveAsync(DashboardUser user, byte[] credential, IPAddress? address)
    {
        if ((await Users.RemovePasskeyAsync(user, credential)).Succeeded)
            trail.Done(user, address, AccountActions.ChangeFactors, "a passkey was removed");
    }

    /// <summary>What the browser is to hand to the device that holds a passkey (JSON); the passkey says whose it is.</summary>
    public Task<string> BeginSignInAsync() => signIn.MakePasskeyRequestOptionsAsync(null);

    /// <summary>Signs in whoever the passkey belongs to.</summary>
    public async Task<SignInOutcome> SignInAsync(string credential, IPAddress? address, CancellationToken cancellationToken)
    {
        (SignInOutcome outcome, DashboardUser? user) = await CheckAsync(credential, address, AccountActions.SignIn);
        if (user is not null)
            await sessions.StartAsync(user, "passkey", cancellationToken);
        return outcome;
    }

    /// <summary>Checks the device's answer; the user is null unless it succeeded.</summary>
    /// <param name="action">What it is for, one of <see cref="AccountActions"/>.</param>
    public async Task<(SignInOutcome Outcome, DashboardUser? User)> CheckAsync(string credential, IPAddress? address, string action)
    {
        if (!throttle.TryBegin(address, out TimeSpan retryAfter))
            return (new SignInOutcome.Throttled(retryAfter), null);
        PasskeyAssertionResult<DashboardUser>? shown = await TryAsync(() => signIn.PerformPasskeyAssertionAsync(credential));
        if (shown is not { Succeeded: true })
        {
            Log.PasskeyRefused(logger, address, new VisibleText(shown?.Failure?.Message ?? "malformed", 200));
            trail.Refused(userName: null, address, action, "a passkey that was not accepted");
            return (new SignInOutcome.Refused(), null);
        }
        DashboardUser user = shown.User;
        // A lock-out after wrong passwords is no reason to refuse a passkey, which cannot be guessed; an administrator's lock is.
        if (UserSummary.IsLockedForGood(user) || user.PasswordHash is null)
        {
            Log.SignInFailed(logger, new VisibleText(user.UserName), address, "locked");
            trail.Refused(user.UserName, address, action, "locked");
            return (new SignInOutcome.Refused(), null);
        }
        await Users.AddOrUpdatePasskeyAsync(user, shown.Passkey); // its counter has moved
        throttle.Forgive(address);
        return (new SignInOutcome.Succeeded(), user);
    }

    // The framework throws for what a browser could not have sent, or when nothing was begun.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> work) where T : class
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is InvalidOperationException or PasskeyException or JsonException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
