using Dashboard.Live;

namespace Dashboard.Fleet;

/// <summary>Something that a daemon said of itself, as it came. Hostile text, with secrets hidden.</summary>
/// <param name="At">By the daemon's clock where it tells, else by ours.</param>
/// <param name="IsReplay">From the daemon's memory at the beginning of a connection: we may have heard it before.</param>
public sealed record ServerEvent(string Server, ServerEventKind Kind, DateTimeOffset At, LogSeverity Severity, string Text, bool IsReplay);
