namespace Dashboard.Components.Reports;

/// <summary>One of the reports.</summary>
/// <param name="Key">Its part of the address; empty for the first.</param>
/// <param name="UsualPeriod">What is shown where the address says no period.</param>
/// <param name="About">What it tells, in a sentence.</param>
internal sealed record ReportKind(string Key, string Title, string UsualPeriod, string About)
{
    public bool HasPeriod { get; init; } = true;

    public bool HasServer { get; init; } = true;

    public bool HasClient { get; init; }

    public static readonly ReportKind Bandwidth = new("", "Bandwidth", "24h", "How much was moved, step by step.") { HasClient = true };
    public static readonly ReportKind Top = new("top", "Top talkers", "24h", "Who moved the most.");
    public static readonly ReportKind Concurrency = new("concurrency", "Concurrent clients", "7d", "The most clients that were connected at the same time.");
    public static readonly ReportKind Billing = new("billing", "95th percentile", "1y", "Each server’s months as they are billed: 95 of 100 five-minute averages were not higher. Months are those of UTC.");
    public static readonly ReportKind Reconnects = new("reconnects", "Reconnects", "24h", "Clients that came back again and again, and the chains in which they did.") { HasClient = true };
    public static readonly ReportKind Shared = new("shared", "Shared certificates", "7d", "Two sessions of one name at the same time: two devices on one certificate, or one device that came back before its old session timed out.");
    public static readonly ReportKind Idle = new("idle", "Last seen", "90d", "Every name, those not seen for the longest time first: whose access is still needed?") { HasPeriod = false, HasServer = false };
    public static readonly ReportKind Failed = new("failed", "Failed attempts", "7d", "Who was not let in, by where they came from and in whose name.");

    public static IReadOnlyList<ReportKind> All { get; } = [Bandwidth, Top, Concurrency, Billing, Reconnects, Shared, Idle, Failed];

    public string Link => Key.Length == 0 ? Viewing.PageLinks.Reports : $"{Viewing.PageLinks.Reports}/{Key}";

    /// <summary>Null where there is none of that name.</summary>
    public static ReportKind? Find(string? key) => All.FirstOrDefault(kind => kind.Key == (key ?? ""));
}
