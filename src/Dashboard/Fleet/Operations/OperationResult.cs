namespace Dashboard.Fleet.Operations;

/// <summary>What became of an operator's command.</summary>
/// <param name="Outcome">Whether the daemon took it.</param>
/// <param name="Reply">The daemon's own words; where the command was never sent, the reason why.</param>
public sealed record OperationResult(OperationOutcome Outcome, string Reply)
{
    public bool Succeeded => Outcome is OperationOutcome.Done;
}

public enum OperationOutcome
{
    /// <summary>The daemon answered <c>SUCCESS</c>.</summary>
    Done,

    /// <summary>The daemon answered <c>ERROR</c>, or not in time.</summary>
    Failed,

    /// <summary>Not sent: the session or the server is no longer what the operator saw, or there is no management session.</summary>
    Stale,

    /// <summary>Not sent: the caller may not do this.</summary>
    Denied,
}
