namespace Dashboard.Access.Users;

/// <summary>What became of an administrator's wish.</summary>
internal abstract record AdministrationResult
{
    private AdministrationResult() { }

    /// <summary>Why it was not done, for the record; null when it was.</summary>
    public string? WhyNot => this switch
    {
        Refused refused => refused.Reason,
        ProofWanted => "It is too long ago that they proved to be themselves.",
        _ => null,
    };

    public sealed record Done : AdministrationResult;

    /// <summary>Done, and this is to be shown once: a link's path, or a token's secret.</summary>
    public sealed record DoneWithSecret(string Secret) : AdministrationResult;

    /// <summary>Not done, for a reason that the person can read.</summary>
    public sealed record Refused(string Reason) : AdministrationResult;

    /// <summary>Not done: it is too long ago that the person proved to be themselves.</summary>
    public sealed record ProofWanted : AdministrationResult;
}
