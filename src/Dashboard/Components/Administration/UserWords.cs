using Dashboard.Access.Users;
using Dashboard.Components.Viewing;

namespace Dashboard.Components.Administration;

/// <summary>How a user stands, in words.</summary>
internal static class UserWords
{
    public static string State(UserSummary user) => user switch
    {
        { IsLocked: true } => "Locked",
        { LockedUntil: not null } => "Locked out for a while",
        { HasPassword: false, IsExternal: false, LinkExpires: null } => "Link expired",
        { HasPassword: false, IsExternal: false } => "Invited",
        { Sessions: > 0 } => "Signed in",
        _ => "Signed out",
    };

    public static Tone Tone(UserSummary user) => user switch
    {
        { IsLocked: true } => Viewing.Tone.Bad,
        { LockedUntil: not null } => Viewing.Tone.Warning,
        { HasPassword: false, IsExternal: false } => Viewing.Tone.Waiting,
        { Sessions: > 0 } => Viewing.Tone.Good,
        _ => Viewing.Tone.Neutral,
    };

    public static string Factors(UserSummary user) => (user.HasAuthenticator, user.Passkeys) switch
    {
        _ when user is { IsExternal: true, HasPassword: false } => "known elsewhere",
        (false, 0) => "password only",
        (true, 0) => "authenticator app",
        (false, var n) => Quantity.Count(n, "passkey"),
        (true, var n) => $"authenticator app, {Quantity.Count(n, "passkey")}",
    };
}
