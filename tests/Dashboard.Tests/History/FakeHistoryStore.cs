using Dashboard.History;

namespace Dashboard.Tests.History;

/// <summary>A database in memory that keeps the promises of the real one, and can fail before a commit or after it.</summary>
internal sealed class FakeHistoryStore : IHistoryStore
{
    private readonly Dictionary<Guid, Row> _sessions = [];

    public List<(int Session, TrafficSlice Slice)> Traffic { get; } = [];
    public List<WatchStretch> Watch { get; } = [];
    public List<SettledServer> Settled { get; } = [];

    /// <summary>What becomes of the next call.</summary>
    public Fault Next { get; set; }

    /// <summary>Whether every call fails.</summary>
    public bool IsDown { get; set; }

    public Row Session(Guid id) => _sessions[id];

    public bool Has(Guid id) => _sessions.ContainsKey(id);

    public Task<IReadOnlyList<RegisteredSession>> RegisterAsync(IReadOnlyList<SessionRegistration> sessions, CancellationToken cancellationToken) =>
        Run(() =>
        {
            List<RegisteredSession> rows = [];
            foreach (SessionRegistration session in sessions)
            {
                bool known = _sessions.TryGetValue(session.Account.Id.Value, out Row? row);
                if (!known)
                    _sessions.Add(session.Account.Id.Value, row = new Row(_sessions.Count + 1) { LastSeen = session.Identity.ConnectedSince });
                row!.End = null;
                rows.Add(new RegisteredSession(row.Number, row.Received, row.Sent, known ? row.LastSeen : null));
            }
            return (IReadOnlyList<RegisteredSession>)rows;
        });

    public Task WriteAsync(IReadOnlyList<AccountEntry> entries, CancellationToken cancellationToken) =>
        Run(() =>
        {
            foreach (AccountEntry entry in entries)
            {
                Row row = _sessions[entry.Account.Id.Value];
                if (row.Received != entry.BookedReceived || row.Sent != entry.BookedSent)
                    throw new HistoryConflictException("conflict");
            }
            foreach (AccountEntry entry in entries)
            {
                Row row = _sessions[entry.Account.Id.Value];
                (row.Received, row.Sent, row.LastSeen, row.End) = (entry.Received, entry.Sent, entry.LastSeen ?? row.LastSeen, entry.End);
                Traffic.AddRange(entry.Slices.Select(slice => (row.Number, slice)));
            }
            return true;
        });

    public Task WriteWatchAsync(IReadOnlyList<WatchStretch> stretches, CancellationToken cancellationToken) =>
        Run(() =>
        {
            Watch.RemoveAll(old => stretches.Any(stretch => stretch.Server == old.Server && stretch.Began == old.Began));
            Watch.AddRange(stretches);
            return true;
        });

    public Task EndOthersAsync(SettledServer server, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        Settled.Add(server);
        return Task.CompletedTask;
    }

    public Task CreatePartitionsAsync(IEnumerable<DateOnly> days, CancellationToken cancellationToken) => Task.CompletedTask;

    private Task<T> Run<T>(Func<T> transaction)
    {
        Fault fault = IsDown ? Fault.BeforeCommit : Next;
        Next = Fault.None;
        if (fault is Fault.BeforeCommit)
            return Task.FromException<T>(new IOException("The connection was cut before the commit."));
        T result = transaction();
        return fault is Fault.AfterCommit
            ? Task.FromException<T>(new IOException("The connection was cut after the commit."))
            : Task.FromResult(result);
    }

    public enum Fault
    {
        None,
        BeforeCommit,
        AfterCommit,
    }

    public sealed class Row(int number)
    {
        public int Number => number;
        public long Received { get; set; }
        public long Sent { get; set; }
        public DateTimeOffset LastSeen { get; set; }
        public SessionEnd? End { get; set; }
    }
}
