using Dashboard.Access;
using Dashboard.History.Reports;

namespace Dashboard.Components.Reports;

/// <summary>What a report is about, as its page's address says it. Two that are equal have the same answer.</summary>
/// <param name="Server">Null for all that the viewer may see.</param>
/// <param name="Client">A common name; null for all.</param>
/// <param name="Zone">The viewer's: where days begin.</param>
/// <param name="By">What a report is made by, where it can be made by several things.</param>
/// <param name="Cursor">Which page of a long answer; null for the first.</param>
public sealed record ReportQuestion(HistoryRange Range, string? Server, string? Client, TimeZoneInfo Zone, string? By = null, string? Cursor = null)
{
    /// <summary>Who asks.</summary>
    internal ServerAccess Access { get; init; } = ServerAccess.Nothing;
}
