namespace Dashboard.Approvals;

/// <summary>A row of the table <c>block</c>.</summary>
internal sealed class BlockRow
{
    public Guid Id { get; set; }
    public string? Server { get; set; }
    public required string CommonName { get; set; }
    public string? Reason { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public required string CreatedBy { get; set; }
    public DateTimeOffset? Until { get; set; }
    public DateTimeOffset? LiftedAt { get; set; }
    public string? LiftedBy { get; set; }
}
