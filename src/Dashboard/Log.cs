namespace Dashboard;

/// <summary>
/// Every message that the dashboard writes to its own log. Ids are grouped by area and kept for good: 1xxx fleet,
/// 2xxx live, 3xxx storage and history, 5xxx access, 6xxx API.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A subscriber of the live store failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception cause);
}
