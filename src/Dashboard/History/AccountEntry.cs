namespace Dashboard.History;

/// <summary>What is written of one session at once, all or nothing.</summary>
/// <param name="BookedReceived">The counters that the row must have before: else somebody else writes too.</param>
/// <param name="Received">The counters that it has afterwards: before, plus the slices.</param>
/// <param name="LastSeen">Null where it stays.</param>
/// <param name="End">Null while the session lives.</param>
internal sealed record AccountEntry(
    SessionAccount Account,
    int Number,
    TrafficSlice[] Slices,
    long BookedReceived,
    long BookedSent,
    long Received,
    long Sent,
    DateTimeOffset? LastSeen,
    SessionEnd? End);
