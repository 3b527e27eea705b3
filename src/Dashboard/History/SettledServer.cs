namespace Dashboard.History;

/// <summary>A server of which every living session is known.</summary>
/// <param name="Living">Their numbers.</param>
internal sealed record SettledServer(string Server, DateTimeOffset Began, int[] Living);
