namespace Dashboard;

/// <summary>
/// Every message that the dashboard writes to its own log. Ids are grouped by area and kept for good: 1xxx fleet,
/// 2xxx live, 3xxx storage and history, 5xxx access, 6xxx API.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "No management session to {Server}: {Trouble} (attempt {Attempt})")]
    public static partial void ConnectionFailed(ILogger logger, string server, string trouble, int attempt);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "Lost the management session to {Server}: {Trouble}")]
    public static partial void ConnectionLost(ILogger logger, string server, string trouble);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Information, Message = "{User} on {Server}: {Operation}, reason '{Reason}': {Outcome}, {Reply}")]
    public static partial void Operation(ILogger logger, string? user, string server, string operation, string? reason, Fleet.OperationOutcome outcome, string reply);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A subscriber of the live store failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception cause);
}
