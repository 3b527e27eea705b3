namespace Dashboard.Access.Audit;

/// <summary>The record of every action. Append-only; never blocks and never throws.</summary>
internal interface IAuditTrail
{
    /// <summary>Takes an entry: it is in the dashboard's own log at once, and in the database as soon as that is there.</summary>
    void Write(AuditEntry entry);
}
