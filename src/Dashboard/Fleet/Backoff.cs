namespace Dashboard.Fleet;

/// <summary>How long to wait before the next attempt: doubles, up to a limit, with jitter so that a fleet does not knock at once.</summary>
internal static class Backoff
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_most = TimeSpan.FromSeconds(30);

    /// <param name="failures">Attempts that failed in a row, from 1.</param>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan Delay(int failures, double random)
    {
        double doubled = s_first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 16));
        return TimeSpan.FromSeconds(Math.Min(doubled, s_most.TotalSeconds) * (0.8 + 0.4 * random));
    }
}
