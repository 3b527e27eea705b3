namespace Dashboard.Access;

/// <summary>What became of an attempt to prove who one is.</summary>
internal abstract record SignInOutcome
{
    private SignInOutcome() { }

    public sealed record Succeeded : SignInOutcome;

    /// <summary>The password was right; a code is wanted besides.</summary>
    public sealed record CodeWanted : SignInOutcome;

    /// <summary>Unknown name, wrong password or code, or locked out: told apart in the log only.</summary>
    public sealed record Refused : SignInOutcome;

    /// <summary>Too many wrong passwords from this address.</summary>
    public sealed record Throttled(TimeSpan RetryAfter) : SignInOutcome;
}
