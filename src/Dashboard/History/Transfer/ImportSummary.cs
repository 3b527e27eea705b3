namespace Dashboard.History.Transfer;

/// <summary>What a file brought.</summary>
/// <param name="Last">When its last status was written; null where it holds none.</param>
internal sealed record ImportSummary(int Statuses, int Sessions, DateTimeOffset? Last);
