namespace Dashboard.Fleet;

/// <summary>The management slot is given up on purpose, so that another program can have it.</summary>
/// <param name="Until">When the dashboard comes back, for people.</param>
/// <param name="End">The same by the steady clock, which nobody sets.</param>
internal sealed record SlotRelease(DateTimeOffset Until, TimeSpan End)
{
    public static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public bool IsOver(Moment now) => now.Steady >= End;

    /// <summary>How long it lasts yet, in whole milliseconds: a wait is no finer, and one that ends too early would be none.</summary>
    public TimeSpan Left(Moment now) => TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling((End - now.Steady).TotalMilliseconds)));
}
