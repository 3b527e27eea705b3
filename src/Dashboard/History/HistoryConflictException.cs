namespace Dashboard.History;

/// <summary>A session's row is not as it was left: another dashboard writes to it, or the database went back to an older state.</summary>
internal sealed class HistoryConflictException(string message) : Exception(message);
