using Dashboard.Access;
using Dashboard.Access.Audit;

namespace Dashboard.Api;

/// <summary>One action on record.</summary>
/// <param name="Number">Grows with each entry.</param>
/// <param name="Before">What it was before the action, where that can be said.</param>
internal sealed record AuditResource(
    long Number,
    DateTimeOffset At,
    string Actor,
    CallerKind ActorKind,
    string? Address,
    string Action,
    string Outcome,
    string? Server,
    Guid? Session,
    long? Cid,
    string? CommonName,
    string? RealAddress,
    string? Details,
    string? Reason,
    string? Reply,
    string? Before,
    string? After)
{
    public static AuditResource From(AuditRecord record) => new(
        record.Number, record.At, record.Actor, record.ActorKind, record.Address, record.Action, record.Outcome, record.Server, record.SessionId,
        record.Cid, record.CommonName, record.RealAddress, record.Details, record.Reason, record.Reply, record.Before, record.After);
}

/// <summary>A page of the trail, newest first.</summary>
/// <param name="Next">The value of <c>before</c> that gets the next page; null on the last one.</param>
internal sealed record AuditPage(IReadOnlyList<AuditResource> Entries, long? Next);
