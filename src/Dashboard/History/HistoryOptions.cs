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
}
