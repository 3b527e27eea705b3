namespace Dashboard.Access.Audit;

/// <summary>Which part of the trail is wanted, newest first.</summary>
/// <param name="Server">Only of this server; null for all.</param>
/// <param name="By">Only by this user or token; null for all.</param>
/// <param name="Text">Only where this stands in the action, name, details, reason or reply; null for all.</param>
/// <param name="Kind">Only what concerns accounts, or only the rest; null for all.</param>
/// <param name="Before">Only entries older than this <see cref="AuditRecord.Number"/>; null for the newest.</param>
/// <param name="Within">Only what was done to one of these servers, and nothing that concerns none; null for all.</param>
internal sealed record AuditQuery(string? Server = null, string? By = null, string? Text = null, AuditKind? Kind = null, long? Before = null, IReadOnlyCollection<string>? Within = null)
{
    public const int PageSize = 50;
}

/// <summary>What an action concerns.</summary>
internal enum AuditKind
{
    /// <summary>Servers, their clients and blocks.</summary>
    Vpn,

    /// <summary>Users, API tokens, sign-ins and sessions: <see cref="AccountActions"/>.</summary>
    Accounts,
}
