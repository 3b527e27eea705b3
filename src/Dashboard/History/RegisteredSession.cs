namespace Dashboard.History;

/// <summary>A session's row as the database has it.</summary>
/// <param name="CoveredUntil">When the counters were reported; null where the row is new.</param>
internal readonly record struct RegisteredSession(int Number, long Received, long Sent, DateTimeOffset? CoveredUntil);
