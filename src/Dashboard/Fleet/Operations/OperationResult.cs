namespace Dashboard.Fleet.Operations;

/// <summary>What became of an operator's command.</summary>
/// <param name="Outcome">Whether the daemon took it.</param>
/// <param name="Reply">The daemon's own words; where the command was never sent, the reason why.</param>
public sealed record OperationResult(OperationOutcome Outcome, string Reply)
{
    /// <summary>What was then seen to come of it, or that nothing was; empty where there is nothing to see.</summary>
    public string Effect { get; init; } = "";

    /// <summary>Brings <see cref="Effect"/> when that takes its time, within seconds; null where it is known already.</summary>
    public Task<string>? Coming { get; init; }

    /// <summary>What the operation changed, as it was before; null where that makes no sense.</summary>
    public string? Before { get; init; }

    public bool Succeeded => Outcome is OperationOutcome.Done;

    /// <summary>Waits for what is still coming.</summary>
    public async Task<OperationResult> SettledAsync() => Coming is null ? this : this with { Effect = await Coming, Coming = null };
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

    /// <summary>Not sent: what was asked for cannot be sent, or would do harm to the management session.</summary>
    Refused,
}
