namespace Dashboard;

/// <summary>
/// Every message that the dashboard writes to its own log. Ids are grouped by area and kept for good: 1xxx fleet,
/// 2xxx live, 3xxx storage and history, 5xxx access, 6xxx API.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A subscriber of the live store failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "The private PostgreSQL runs in {Folder}, its socket is in {SocketFolder}")]
    public static partial void PostgresStarted(ILogger logger, string folder, string socketFolder);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "The private PostgreSQL has shut down")]
    public static partial void PostgresStopped(ILogger logger);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Debug, Message = "PostgreSQL: {Line}")]
    public static partial void PostgresSays(ILogger logger, string line);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Warning, Message = "A private PostgreSQL from before (process {Pid}) still runs in {Folder}; shutting it down")]
    public static partial void LeftoverPostgres(ILogger logger, int pid, string folder);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "The database is ready")]
    public static partial void StorageReady(ILogger logger);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "History could not be written; it waits in memory until it can be")]
    public static partial void HistoryWriteFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "History is written again; nothing was lost")]
    public static partial void HistoryWritesAgain(ILogger logger);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Stopping with {Rows} row(s) of history not written; their bytes will be booked as a gap after the next start")]
    public static partial void HistoryNotWritten(ILogger logger, int rows);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Error, Message = "History missed an event")]
    public static partial void HistoryMissed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "The database cannot be used, next try in {Delay}: {Reason}")]
    public static partial void StorageUnavailable(ILogger logger, TimeSpan delay, string reason);
}
