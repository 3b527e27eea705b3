namespace Dashboard.Access.Users;

/// <summary>A key on its way into an authenticator app.</summary>
/// <param name="Key">What a person types into the app: Base32, in groups of four.</param>
/// <param name="Link">The same for an app: <c>otpauth://totp/…</c>.</param>
/// <param name="Sealed">The key for the form that comes back, which nobody can read or exchange.</param>
internal sealed record TotpEnrolment(string Key, string Link, string Sealed);
