using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.History.Events;

/// <summary>An event as it is stored.</summary>
internal sealed record StoredEvent(string Server, ServerEventKind Kind, DateTimeOffset At, LogSeverity Severity, string? Client, string? Address, string Text)
{
    private const int MaxText = 4096;

    public static StoredEvent From(ServerEvent happened, DateTimeOffset now)
    {
        // A daemon whose clock is a day ahead would make partitions that nobody clears up for long.
        DateTimeOffset at = happened.At > now.AddDays(1) || happened.At.Year < 2001 ? now : happened.At;
        LogSubject subject = happened.Kind is ServerEventKind.Log ? LogSubject.Of(happened.Text) : new LogSubject(happened.Client, happened.Address, IsFailedAttempt: false);
        return new StoredEvent(
            happened.Server,
            subject.IsFailedAttempt ? ServerEventKind.AuthFailure : happened.Kind,
            at,
            happened.Severity,
            StoredText.CleanOrNull(subject.Client),
            StoredText.CleanOrNull(subject.Address),
            StoredText.CleanAndCut(happened.Text, MaxText));
    }
}
