using System.Net;

namespace Dashboard;

/// <summary>
/// Every message that the dashboard writes to its own log. Ids are grouped by area and kept for good: 1xxx fleet and approvals,
/// 2xxx live and screens, 3xxx storage and history, 5xxx access and audit, 6xxx API, 7xxx TLS.
/// </summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning, Message = "No management session to {Server}: {Trouble} (attempt {Attempt})")]
    public static partial void ConnectionFailed(ILogger logger, string server, VisibleText trouble, int attempt);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "Lost the management session to {Server}: {Trouble}")]
    public static partial void ConnectionLost(ILogger logger, string server, VisibleText trouble);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Critical, Message = "The loop of {Server} has failed: it is no longer looked after")]
    public static partial void LoopFailed(ILogger logger, Exception cause, string server);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Information, Message = "Watching {Server}")]
    public static partial void Watching(ILogger logger, string server);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Warning, Message = "The management slot of {Server} is taken; waiting in line")]
    public static partial void SlotTaken(ILogger logger, string server);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Information, Message = "The management slot of {Server} is given up until {Until:u}")]
    public static partial void SlotReleased(ILogger logger, string server, DateTimeOffset until);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Warning, Message = "The pass-through socket {Endpoint} of {Server} cannot be opened: {Reason}; next try in {Delay}")]
    public static partial void PassThroughNotOpen(ILogger logger, string server, string endpoint, VisibleText reason, TimeSpan delay);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "A program at the pass-through socket {Endpoint} of {Server} was turned away: {Count} are there already")]
    public static partial void PassThroughFull(ILogger logger, string server, string endpoint, int count);

    [LoggerMessage(EventId = 1012, Level = LogLevel.Information, Message = "A program speaks with {Server} over the pass-through socket {Endpoint}")]
    public static partial void PassThroughBegins(ILogger logger, string server, string endpoint);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning, Message = "A program at the pass-through socket {Endpoint} of {Server} was given up: {Reason}")]
    public static partial void PassThroughEnded(ILogger logger, string server, string endpoint, VisibleText reason);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Error, Message = "The copy of the blocks in {File} cannot be read; until the database is there, nobody is blocked by it")]
    public static partial void BlockFileUnreadable(ILogger logger, Exception cause, string file);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Error, Message = "The copy of the blocks in {File} cannot be written; they are kept in memory and in the database only")]
    public static partial void BlockFileNotWritten(ILogger logger, Exception cause, string file);

    [LoggerMessage(EventId = 1103, Level = LogLevel.Warning, Message = "Blocks could not be brought together with the database; they are in force all the same, and it is tried again")]
    public static partial void BlocksNotSaved(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 1104, Level = LogLevel.Warning, Message = "Which names are known could not be read from history; a person is asked about everybody until it can be")]
    public static partial void KnownNamesNotRead(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Error, Message = "A subscriber of the live store failed")]
    public static partial void SubscriberFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Information, Message = "A browser could not draw a chart with {Script}: {Trouble}")]
    public static partial void ChartFailed(ILogger logger, string script, VisibleText trouble);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "What somebody asked for in a dialog broke off")]
    public static partial void OperationBroke(ILogger logger, Exception cause);

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

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "The database cannot be used, next try in {Delay}: {Reason}")]
    public static partial void StorageUnavailable(ILogger logger, TimeSpan delay, string reason);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Warning, Message = "History could not be written; it waits in memory until it can be")]
    public static partial void HistoryWriteFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Information, Message = "History is written again; nothing was lost")]
    public static partial void HistoryWritesAgain(ILogger logger);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Stopping with {Rows} row(s) of history not written; their bytes will be booked as a gap after the next start")]
    public static partial void HistoryNotWritten(ILogger logger, int rows);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Error, Message = "History missed an event")]
    public static partial void HistoryMissed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3105, Level = LogLevel.Warning, Message = "The history could not be looked after (sums, partitions, clearing up); the next try is in a minute")]
    public static partial void UpkeepFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 3106, Level = LogLevel.Warning, Message = "Events could not be written; the last {Capacity} wait in memory until they can be")]
    public static partial void EventsNotWritten(ILogger logger, Exception cause, int capacity);

    [LoggerMessage(EventId = 3107, Level = LogLevel.Warning, Message = "{Events} event(s) came while nothing could be written and were given up")]
    public static partial void EventsLost(ILogger logger, long events);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Warning, Message = "Sign-in of {UserName} from {Address} refused: {Reason}")]
    public static partial void SignInFailed(ILogger logger, VisibleText userName, IPAddress? address, string reason);

    [LoggerMessage(EventId = 5004, Level = LogLevel.Warning, Message = "A sign-in from {Address} is not looked at: too many wrong passwords came from there")]
    public static partial void SignInThrottled(ILogger logger, IPAddress? address);

    [LoggerMessage(EventId = 5008, Level = LogLevel.Warning, Message = "A first-administrator link that is not valid was used from {Address}")]
    public static partial void FirstAdministratorRefused(ILogger logger, IPAddress? address);

    [LoggerMessage(EventId = 5009, Level = LogLevel.Warning, Message = "An API token that is not valid was used from {Address}")]
    public static partial void ApiTokenRefused(ILogger logger, IPAddress? address);

    [LoggerMessage(EventId = 5010, Level = LogLevel.Warning, Message = "{Method} {Path} refused: it came from {Origin}, not from our own pages at {Host} (address {Address})")]
    public static partial void CrossOriginRefused(ILogger logger, string method, VisibleText path, VisibleText origin, VisibleText host, IPAddress? address);

    [LoggerMessage(EventId = 5011, Level = LogLevel.Warning, Message = "Storage is out of reach, so the session of {UserName} could not be checked; it is kept")]
    public static partial void SessionNotChecked(ILogger logger, Exception cause, VisibleText userName);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Warning, Message = "Roles and the first administrator could not be looked up; next try in {Delay}")]
    public static partial void AccessStartupFailed(ILogger logger, Exception cause, TimeSpan delay);

    [LoggerMessage(EventId = 5031, Level = LogLevel.Warning, Message = "Not done, as the database cannot be reached: {Action}")]
    public static partial void AdministrationFailed(ILogger logger, Exception cause, string action);

    [LoggerMessage(EventId = 5025, Level = LogLevel.Warning, Message = "A link to choose a password that is not valid was used from {Address}")]
    public static partial void PasswordLinkRefused(ILogger logger, IPAddress? address);

    [LoggerMessage(EventId = 5028, Level = LogLevel.Warning, Message = "A passkey from {Address} was not accepted: {Reason}")]
    public static partial void PasskeyRefused(ILogger logger, IPAddress? address, VisibleText reason);

    [LoggerMessage(EventId = 5029, Level = LogLevel.Warning, Message = "Storage is out of reach, so an API token from {Address} could not be checked; it is refused")]
    public static partial void ApiTokenNotChecked(ILogger logger, Exception cause, IPAddress? address);

    [LoggerMessage(EventId = 5033, Level = LogLevel.Warning, Message = "A page of {UserName} from {Address} was not opened: too many are open")]
    public static partial void TooManyOpenPages(ILogger logger, VisibleText userName, IPAddress? address);

    [LoggerMessage(EventId = 5041, Level = LogLevel.Warning, Message = "A file with a secret is not protected: {Reason}")]
    public static partial void SecretFileExposed(ILogger logger, string reason);

    [LoggerMessage(EventId = 5040, Level = LogLevel.Warning, Message = "Single sign-on from {Address} did not work: {Reason}")]
    public static partial void SingleSignOnFailed(ILogger logger, System.Net.IPAddress? address, VisibleText reason);

    [LoggerMessage(EventId = 5020, Level = LogLevel.Information, Message = "Audit: {Actor} ({ActorKind}, {Address}) {Action} on {Server}, client {CommonName}, session {Session}, details '{Details}', reason '{Reason}': {Outcome}, {Reply}")]
    public static partial void Audit(ILogger logger, VisibleText actor, Access.CallerKind actorKind, string? address, string action, VisibleText server, VisibleText commonName, string? session, VisibleText details, VisibleText reason, string outcome, VisibleText reply);

    [LoggerMessage(EventId = 5032, Level = LogLevel.Information, Message = "Audit: {Actor} ({ActorKind}, {Address}) {Action} '{Details}', before '{Before}', after '{After}': {Outcome}, {Reply}")]
    public static partial void AccountAudit(ILogger logger, VisibleText actor, Access.CallerKind actorKind, string? address, string action, VisibleText details, VisibleText before, VisibleText after, string outcome, VisibleText reply);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Error, Message = "The audit trail waits for the database and has no more room: entry {Entry} stands in this log only")]
    public static partial void AuditOverflow(ILogger logger, Guid entry);

    [LoggerMessage(EventId = 5022, Level = LogLevel.Warning, Message = "The audit trail could not be written; it waits in memory until it can be")]
    public static partial void AuditWriteFailed(ILogger logger, Exception cause);

    [LoggerMessage(EventId = 5023, Level = LogLevel.Error, Message = "Stopping with {Entries} audit entries that are not in the database; they stand in this log only")]
    public static partial void AuditNotWritten(ILogger logger, int entries);

    [LoggerMessage(EventId = 7001, Level = LogLevel.Information, Message = "The certificate has been renewed; it is good until {NotAfter:yyyy-MM-dd}")]
    public static partial void CertificateRenewed(ILogger logger, DateTime notAfter);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Warning, Message = "The certificate files have changed and cannot be used; the certificate from before stays in use: {Reason}")]
    public static partial void CertificateNotRenewed(ILogger logger, string reason);
}
