namespace Dashboard.Access.Audit;

/// <summary>Where the trail is kept.</summary>
internal interface IAuditStore
{
    /// <summary>Adds entries; those that are there already are left alone.</summary>
    Task AppendAsync(IReadOnlyList<AuditEntry> entries, CancellationToken cancellationToken);

    /// <summary>At most <see cref="AuditQuery.PageSize"/> entries, newest first.</summary>
    Task<IReadOnlyList<AuditRecord>> ReadAsync(AuditQuery query, CancellationToken cancellationToken);
}
