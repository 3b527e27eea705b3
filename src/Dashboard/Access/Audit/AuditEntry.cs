using Dashboard.Live;

namespace Dashboard.Access.Audit;

/// <summary>One action on record: who did what to whom, why, and what became of it. Texts may come from strangers.</summary>
/// <param name="Action">One word or two of a small set: <c>disconnect</c>, <c>signal</c>, <c>block</c>, …</param>
/// <param name="Outcome">What became of it, in one word.</param>
internal sealed record AuditEntry(DateTimeOffset At, Caller By, string Action, string Outcome)
{
    /// <summary>Names the entry, so that writing it again after a lost answer adds nothing.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();

    /// <summary>Null where no server in particular is meant.</summary>
    public string? Server { get; init; }

    /// <summary>The session acted on; null where there was none.</summary>
    public SessionIdentity? Session { get; init; }

    /// <summary>Who is meant, where it is somebody: the name of a certificate or of a user.</summary>
    public string? CommonName { get; init; }

    /// <summary>How exactly: <c>SIGHUP</c>, <c>HALT</c>, the raw command.</summary>
    public string? Details { get; init; }

    /// <summary>Why, as the caller put it.</summary>
    public string? Reason { get; init; }

    /// <summary>The daemon's own words, or why nothing was sent.</summary>
    public string? Reply { get; init; }

    public string? Before { get; init; }
    public string? After { get; init; }
}
