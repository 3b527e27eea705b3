namespace Dashboard.Access.Audit;

/// <summary>An entry of the trail as it is kept: a row of the table <c>audit</c>. Never changed, never removed.</summary>
internal sealed class AuditRecord
{
    /// <summary>Grows with each entry: the key by which pages are turned.</summary>
    public long Number { get; set; }
    public Guid Id { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Actor { get; set; }
    public CallerKind ActorKind { get; set; }
    public string? Address { get; set; }
    public required string Action { get; set; }
    public required string Outcome { get; set; }
    public string? Server { get; set; }
    public Guid? SessionId { get; set; }
    public long? Cid { get; set; }
    public string? CommonName { get; set; }
    public string? RealAddress { get; set; }
    public string? Details { get; set; }
    public string? Reason { get; set; }
    public string? Reply { get; set; }
    public string? Before { get; set; }
    public string? After { get; set; }
}
