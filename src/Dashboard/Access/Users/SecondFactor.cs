using System.Security.Cryptography;
using Dashboard.Access.Schema;
using Dashboard.Storage;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Dashboard.Access.Users;

/// <summary>The authenticator app of a user, and the recovery codes for the day it is lost. Each code works once.</summary>
internal sealed class SecondFactor(UserManager<DashboardUser> users, DashboardDbContext database, IDataProtectionProvider protection, TimeProvider time)
{
    public const int RecoveryCodes = 10;

    private const string Issuer = "OpenVPN Dashboard";
    private const int RecoveryCodeLength = 16; // of 32 characters: 80 bits
    private const int RecoveryCodeGroup = 4;

    private static readonly TimeSpan s_enrolmentLasts = TimeSpan.FromMinutes(15);

    private readonly IDataProtector _keys = protection.CreateProtector("Dashboard.Access.TotpKey");

    /// <summary>Makes a key. Nothing is kept until a code of it comes back: see <see cref="EnrolAsync"/>.</summary>
    public TotpEnrolment Begin(DashboardUser user)
    {
        byte[] key = RandomNumberGenerator.GetBytes(Totp.KeyLength);
        return Describe(user, key, Enrolment(user).Protect(Convert.ToBase64String(key), s_enrolmentLasts));
    }

    /// <summary>The enrolment that a form brought back; null when it is not one of this user, or too old.</summary>
    public TotpEnrolment? Resume(DashboardUser user, string? form) =>
        Open(user, form) is { } key ? Describe(user, key, form!) : null;

    /// <summary>Turns the second factor on when the code is one of the enrolment's key.</summary>
    /// <returns>The recovery codes, which are seen this once; null when the code is not right.</returns>
    public async Task<IReadOnlyList<string>?> EnrolAsync(DashboardUser user, string? form, string code, CancellationToken cancellationToken)
    {
        if (Open(user, form) is not { } key || Totp.Match(key, code, time.GetUtcNow()) is not { } step)
            return null;
        user.TotpKey = _keys.Protect(Convert.ToBase64String(key));
        user.TwoFactorEnabled = true;
        await users.UpdateSecurityStampAsync(user); // saves it all; the other sessions were opened without it
        await UseUpAsync(user, step, evenIfUsed: true, cancellationToken);
        return await RenewRecoveryCodesAsync(user, cancellationToken);
    }

    /// <summary>Turns it off and forgets the recovery codes.</summary>
    public async Task RemoveAsync(DashboardUser user, CancellationToken cancellationToken)
    {
        await database.Set<RecoveryCodeRow>().Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        user.TotpKey = null;
        user.TwoFactorEnabled = false;
        await users.UpdateSecurityStampAsync(user);
    }

    /// <summary>Whether the code is right and was not used before; it is used then. Of two at once one gets true.</summary>
    public async Task<bool> TakeCodeAsync(DashboardUser user, string code, CancellationToken cancellationToken)
    {
        if (user.TotpKey is null || !TryUnprotect(user.TotpKey, out byte[] key) || Totp.Match(key, code, time.GetUtcNow()) is not { } step)
            return false;
        return await UseUpAsync(user, step, evenIfUsed: false, cancellationToken);
    }

    /// <summary>Whether this is one of the user's recovery codes; it is gone then. Of two at once one gets true.</summary>
    public async Task<bool> TakeRecoveryCodeAsync(DashboardUser user, string code, CancellationToken cancellationToken)
    {
        byte[] hash = HashRecoveryCode(code);
        return await database.Set<RecoveryCodeRow>().Where(row => row.UserId == user.Id && row.Hash == hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    public Task<int> CountRecoveryCodesAsync(DashboardUser user, CancellationToken cancellationToken) =>
        database.Set<RecoveryCodeRow>().CountAsync(code => code.UserId == user.Id, cancellationToken);

    /// <summary>Makes new recovery codes, which are seen this once; those from before are void.</summary>
    public async Task<IReadOnlyList<string>> RenewRecoveryCodesAsync(DashboardUser user, CancellationToken cancellationToken)
    {
        string[] codes = [.. Enumerable.Range(0, RecoveryCodes).Select(static _ => NewRecoveryCode())];
        await database.Set<RecoveryCodeRow>().Where(code => code.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        database.AddRange(codes.Select(code => new RecoveryCodeRow { UserId = user.Id, Hash = HashRecoveryCode(code) }));
        await database.SaveChangesAsync(cancellationToken);
        return codes;
    }

    // The new key's first step may lie before the last one of a key from before.
    private async Task<bool> UseUpAsync(DashboardUser user, long step, bool evenIfUsed, CancellationToken cancellationToken) =>
        await database.Users
            .Where(row => row.Id == user.Id && (evenIfUsed || row.LastTotpStep < step))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastTotpStep, step), cancellationToken) == 1;

    private static string NewRecoveryCode() =>
        string.Join('-', Base32.Encode(RandomNumberGenerator.GetBytes(RecoveryCodeLength * 5 / 8)).ToLowerInvariant()
            .Chunk(RecoveryCodeGroup).Select(static group => new string(group)));

    // As somebody types it from paper: case, spaces and dashes do not count.
    private static byte[] HashRecoveryCode(string code) =>
        SecretToken.Hash(string.Concat(code.Take(64).Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant());

    private static TotpEnrolment Describe(DashboardUser user, byte[] key, string form)
    {
        string text = Base32.Encode(key);
        string label = Uri.EscapeDataString($"{Issuer}:{user.UserName}");
        return new TotpEnrolment(
            string.Join(' ', text.Chunk(4).Select(static group => new string(group))),
            $"otpauth://totp/{label}?secret={text}&issuer={Uri.EscapeDataString(Issuer)}",
            form);
    }

    private ITimeLimitedDataProtector Enrolment(DashboardUser user) =>
        protection.CreateProtector("Dashboard.Access.TotpEnrolment", user.Id.ToString("N"), user.SecurityStamp ?? "").ToTimeLimitedDataProtector();

    private byte[]? Open(DashboardUser user, string? form)
    {
        try
        {
            return form is null ? null : Convert.FromBase64String(Enrolment(user).Unprotect(form));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // The key ring may be another one than when the key was stored: then no code is right, and an administrator resets it.
    private bool TryUnprotect(string stored, out byte[] key)
    {
        try
        {
            key = Convert.FromBase64String(_keys.Unprotect(stored));
            return true;
        }
        catch (CryptographicException)
        {
            key = [];
            return false;
        }
    }
}
