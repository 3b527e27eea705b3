namespace Dashboard.Live;

/// <summary>How much a log line matters, from the daemon's flags (<c>F</c>, <c>N</c>, <c>W</c>, <c>I</c>, <c>D</c>).</summary>
public enum LogSeverity
{
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
}

/// <summary>One line of the daemon's log, real time or from its cache. <paramref name="Text"/> is hostile text.</summary>
/// <param name="Number">Grows by one per line within one server: a key for lists.</param>
public sealed record LogEntry(long Number, DateTimeOffset At, LogSeverity Severity, string Text);

/// <summary>One echo command of the daemon's configuration or of a push.</summary>
public sealed record EchoEntry(long Number, DateTimeOffset At, string Text);
