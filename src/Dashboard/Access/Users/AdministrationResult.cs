namespace Dashboard.Access.Users;

/// <summary>What became of an administrator's wish.</summary>
internal abstract record AdministrationResult
{
    private AdministrationResult() { }

    public sealed record Done : AdministrationResult;

    /// <summary>Done, and this is to be shown once: a link's path, or a token's secret.</summary>
    public sealed record DoneWithSecret(string Secret) : AdministrationResult;

    /// <summary>Not done, for a reason that the person can read.</summary>
    public sealed record Refused(string Reason) : AdministrationResult;

    /// <summary>Not done: it is too long ago that the person proved to be themselves.</summary>
    public sealed record ProofWanted : AdministrationResult;
}
