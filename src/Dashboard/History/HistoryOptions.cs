namespace Dashboard.History;

/// <summary>Where the history is kept and how eagerly it is written: section <c>Dashboard:History</c>.</summary>
public sealed class HistoryOptions
{
    public const string SectionName = "Dashboard:History";

    /// <summary>An Npgsql connection string of a PostgreSQL of your own; null or empty starts a private one under <see cref="DataDirectory"/>.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>Where the private PostgreSQL keeps its files; relative to the root folder of the installation.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>How often finished minutes are looked for and written.</summary>
    public TimeSpan FlushInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long traffic is kept by the minute.</summary>
    public TimeSpan KeepMinutes { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long traffic is kept by the hour.</summary>
    public TimeSpan KeepHours { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long traffic is kept by the day, and that of servers by the hour and month.</summary>
    public TimeSpan KeepDays { get; set; } = TimeSpan.FromDays(3653);

    /// <summary>How long sessions that are over are kept; the last one of each name stays. At least two days longer than <see cref="KeepMinutes"/>.</summary>
    public TimeSpan KeepSessions { get; set; } = TimeSpan.FromDays(400);

    /// <summary>How long logs, states, echoes, holds and failed attempts are kept.</summary>
    public TimeSpan KeepEvents { get; set; } = TimeSpan.FromDays(60);
}
