using System.Collections.Concurrent;

using Dashboard.Access.Audit;

namespace Dashboard.Tests.Access.Audit;

/// <summary>Keeps what is put on record.</summary>
internal sealed class RecordingTrail : IAuditTrail
{
    public ConcurrentQueue<AuditEntry> Entries { get; } = [];

    public void Write(AuditEntry entry) => Entries.Enqueue(entry);
}
