namespace Dashboard.History;

/// <summary>The database as the writer sees it. Each method is one transaction: all of it, or an exception and perhaps all of it.</summary>
internal interface IHistoryStore
{
    /// <summary>Makes or updates the sessions' rows and tells what they hold, in the same order. Waits for a write of theirs that is not over yet.</summary>
    Task<IReadOnlyList<RegisteredSession>> RegisterAsync(IReadOnlyList<SessionRegistration> sessions, CancellationToken cancellationToken);

    /// <summary>Adds traffic and moves the sessions' counters with it. Fails where a row does not hold the counters that an entry starts from.</summary>
    Task WriteAsync(IReadOnlyList<AccountEntry> entries, CancellationToken cancellationToken);

    Task WriteWatchAsync(IReadOnlyList<WatchStretch> stretches, CancellationToken cancellationToken);

    /// <summary>Ends the server's sessions that are not among the living, at an unknown moment until <paramref name="notAfter"/>.</summary>
    Task EndOthersAsync(SettledServer server, DateTimeOffset notAfter, CancellationToken cancellationToken);

    /// <summary>Makes the partitions of these days where they are missing.</summary>
    Task CreatePartitionsAsync(IEnumerable<DateOnly> days, CancellationToken cancellationToken);
}
