using Dashboard.Live;

namespace Dashboard.Fleet;

/// <summary>Something that a daemon said of itself, as it came. Hostile text, with secrets hidden.</summary>
/// <param name="At">By the daemon's clock where it tells, else by ours.</param>
/// <param name="Replay">
/// Where it is from the daemon's memory, and we may have heard it before, the number of this telling: the same for all that is told at one
/// time, and another one the next time. 0 where it has just happened.
/// </param>
public sealed record ServerEvent(string Server, ServerEventKind Kind, DateTimeOffset At, LogSeverity Severity, string Text, long Replay = 0)
{
    /// <summary>Whom it is about, where that need not be read from the text; null otherwise.</summary>
    public string? Client { get; init; }

    /// <summary>From where that client comes, with its port.</summary>
    public string? Address { get; init; }
}
