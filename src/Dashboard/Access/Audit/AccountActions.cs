namespace Dashboard.Access.Audit;

/// <summary>What happens to accounts, as the trail names it.</summary>
internal static class AccountActions
{
    public const string SignIn = "sign in";
    public const string SignOut = "sign out";
    public const string ProveIdentity = "prove identity";
    public const string ChangePassword = "change password";
    public const string ChoosePassword = "choose password";
    public const string ChangeFactors = "change sign-in";
    public const string EndSessions = "end sessions";
    public const string UseToken = "use token";
    public const string CreateFirstAdministrator = "create first administrator";
    public const string CreateUser = "create user";
    public const string IssueLink = "issue password link";
    public const string ChangeAccess = "change access";
    public const string Lock = "lock user";
    public const string Unlock = "unlock user";
    public const string ResetFactors = "reset second factor";
    public const string SignOutEverywhere = "sign out everywhere";
    public const string DeleteUser = "delete user";
    public const string ResetUser = "reset user";
    public const string CreateToken = "create token";
    public const string RevokeToken = "revoke token";

    /// <summary>All of them: what is no server's, client's or block's business.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        SignIn, SignOut, ProveIdentity, ChangePassword, ChoosePassword, ChangeFactors, EndSessions, UseToken, CreateFirstAdministrator, CreateUser,
        IssueLink, ChangeAccess, Lock, Unlock, ResetFactors, SignOutEverywhere, DeleteUser, ResetUser, CreateToken, RevokeToken,
    ];

    /// <summary>A role and its servers, in words.</summary>
    public static string Access(string role, IReadOnlyCollection<string> servers) =>
        $"{role}, {(servers.Count == 0 ? "all servers" : string.Join(", ", servers))}";
}
