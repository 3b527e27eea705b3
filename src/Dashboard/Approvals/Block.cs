namespace Dashboard.Approvals;

/// <summary>A common name that is kept out. Immutable: lifting makes a new one with the same id.</summary>
/// <param name="Server">Where; null for every server.</param>
/// <param name="CommonName">Who: the name on the certificate.</param>
/// <param name="Until">When it ends by itself; null for a block that stands until somebody lifts it.</param>
public sealed record Block(Guid Id, string? Server, string CommonName, string? Reason, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? Until)
{
    public DateTimeOffset? LiftedAt { get; init; }
    public string? LiftedBy { get; init; }

    public bool IsActive(DateTimeOffset now) => LiftedAt is null && (Until is not { } until || until > now);

    public bool Covers(string server) => Server is null || Server == server;
}
