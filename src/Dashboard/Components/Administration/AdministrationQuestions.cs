using System.Security.Claims;
using Dashboard.Access.Schema;
using Dashboard.Access.Tokens;
using Dashboard.Access.Users;
using Dashboard.Components.Controls;
using Dashboard.Fleet.Operations;

namespace Dashboard.Components.Administration;

/// <summary>What an administrator is asked before something is done to somebody: exactly what it means for them.</summary>
internal static class AdministrationQuestions
{
    private const string Waiting = "One moment …";

    public static ConfirmQuestion Delete(UserAdministration users, ClaimsPrincipal caller, UserSummary user) =>
        new("Delete", user.Name, async _ => Answer(await users.DeleteAsync(caller, user.Id), "The user is gone."))
        {
            Consequence = "They are signed out within seconds and cannot come back. What they did stays on record.",
            IsDestructive = true,
            Waiting = Waiting,
        };

    public static ConfirmQuestion Lock(UserAdministration users, ClaimsPrincipal caller, UserSummary user) =>
        new("Lock", user.Name, async _ => Answer(await users.SetLockedAsync(caller, user.Id, locked: true), "The user is locked."))
        {
            Consequence = "They are signed out within seconds and cannot sign in until somebody unlocks them.",
            IsDestructive = true,
            Waiting = Waiting,
        };

    public static ConfirmQuestion ResetSecondFactor(UserAdministration users, ClaimsPrincipal caller, UserSummary user) =>
        new("Reset the second factor of", user.Name, async _ => Answer(await users.ResetSecondFactorAsync(caller, user.Id), "App, recovery codes and passkeys are forgotten."))
        {
            Button = "Reset",
            Consequence = "Their authenticator app, recovery codes and passkeys are forgotten: the password alone lets them in, until they set up another. Be sure that it is they who ask.",
            IsDestructive = true,
            Waiting = Waiting,
        };

    public static ConfirmQuestion SignOut(UserAdministration users, ClaimsPrincipal caller, UserSummary user) =>
        new("Sign out", user.Name, async _ => Answer(await users.SignOutEverywhereAsync(caller, user.Id), "All their sessions have ended."))
        {
            Button = "Sign out everywhere",
            Consequence = "All their sessions end within seconds. They can sign in again.",
            Waiting = Waiting,
        };

    public static ConfirmQuestion Revoke(TokenAdministration tokens, ClaimsPrincipal caller, ApiTokenRow token) =>
        new("Revoke", token.Name, async _ => Answer(await tokens.RevokeAsync(caller, token.Id, token.Name), "The token no longer works."))
        {
            Consequence = "Programs that use this token are refused from their next request on.",
            IsDestructive = true,
            Waiting = Waiting,
        };

    public static OperationResult Answer(AdministrationResult result, string done) => result switch
    {
        AdministrationResult.Refused refused => new(OperationOutcome.Denied, refused.Reason),
        AdministrationResult.ProofWanted => new(OperationOutcome.Denied, "It is too long ago that you gave your password. Close this, and go on from the notice above."),
        _ => new(OperationOutcome.Done, done),
    };
}
