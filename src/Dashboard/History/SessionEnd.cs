namespace Dashboard.History;

/// <summary>That a session is over, and between which instants it ended.</summary>
internal sealed record SessionEnd(DateTimeOffset NotBefore, DateTimeOffset NotAfter, string? Reason);
