namespace Dashboard.History.Upkeep;

/// <summary>How far the roll-ups and the clearing up are, for a settings page.</summary>
/// <param name="LastRun">When a round ended without a fault; null before the first.</param>
/// <param name="HoursDue">Hours that are over, hold new rows and are not added up yet; more than a few mean that we catch up.</param>
/// <param name="OldestDue">The oldest of them.</param>
/// <param name="PartitionsDropped">Since this dashboard was started.</param>
/// <param name="Problem">Why the last round ended early, for a person; empty when all is well.</param>
internal sealed record UpkeepProgress(DateTimeOffset? LastRun, int HoursDue, DateTimeOffset? OldestDue, int PartitionsDropped, string Problem)
{
    public static UpkeepProgress None { get; } = new(null, 0, null, 0, "");
}
