using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.Live;

namespace Dashboard.History.Reports;

/// <summary>What daemons said: pure reading, bounded in rows and time. Throws as <see cref="ITrafficReports"/> does.</summary>
internal interface IEventReports
{
    /// <summary>Events, the newest first, a page at a time.</summary>
    Task<Page<EventRecord>> FindAsync(ServerAccess access, EventQuery query, CancellationToken cancellationToken = default);

    /// <summary>Failed attempts by where they came from and in whose name, the most first.</summary>
    /// <param name="server">Null for every server.</param>
    /// <param name="limit">1 to 1,000.</param>
    Task<ImmutableArray<FailedAttempts>> FailedAttemptsAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default);
}

/// <param name="Kinds">Empty for all.</param>
/// <param name="AtLeast">The least severity; null for all.</param>
/// <param name="Client">Only events of this common name.</param>
/// <param name="Text">Words that all have to be in the text; a quoted phrase, <c>or</c> and <c>-word</c> as in a web search.</param>
/// <param name="Cursor"><see cref="Page{T}.Next"/> of the page before.</param>
/// <param name="Limit">1 to 1,000.</param>
public sealed record EventQuery(
    HistoryRange Range,
    string? Server = null,
    ImmutableArray<ServerEventKind> Kinds = default,
    LogSeverity? AtLeast = null,
    string? Client = null,
    string? Text = null,
    string? Cursor = null,
    int Limit = 200);

/// <summary>One event. Everything in it that is text is hostile text, with secrets hidden.</summary>
/// <param name="At">By the daemon's clock where the daemon says when, which it does for all but holds.</param>
/// <param name="Client">The common name that the daemon put in front, if any.</param>
/// <param name="Address">The real address that it is about, if any.</param>
public sealed record EventRecord(
    long Id, DateTimeOffset At, string Server, ServerEventKind Kind, LogSeverity Severity, string? Client, string? Address, string Text);

/// <param name="Address">Without a port; null where the log does not tell.</param>
/// <param name="Client">The name that was used; null where it was not known yet.</param>
/// <param name="LastText">The daemon's words for the last of them.</param>
internal sealed record FailedAttempts(string Server, string? Address, string? Client, int Count, DateTimeOffset First, DateTimeOffset Last, string LastText);
