namespace Dashboard.History;

/// <summary>A time in which a server was watched without a break.</summary>
internal readonly record struct WatchStretch(string Server, DateTimeOffset Began, DateTimeOffset Until);
