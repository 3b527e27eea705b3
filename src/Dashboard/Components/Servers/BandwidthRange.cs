namespace Dashboard.Components.Servers;

/// <summary>A period that the bandwidth chart can show.</summary>
/// <param name="Key">Its value in the address of the page; null for the one that needs no saying.</param>
/// <param name="Step">What one point stands for; null where every reading is drawn.</param>
internal sealed record BandwidthRange(string? Key, string Label, string Words, TimeSpan Length, TimeSpan? Step)
{
    public static readonly IReadOnlyList<BandwidthRange> All =
    [
        new(null, "Live", "the last 15 minutes", TimeSpan.FromMinutes(15), null),
        new("1h", "1 h", "the last hour", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1)),
        new("6h", "6 h", "the last 6 hours", TimeSpan.FromHours(6), TimeSpan.FromMinutes(2)),
        new("24h", "24 h", "the last 24 hours", TimeSpan.FromHours(24), TimeSpan.FromMinutes(5)),
    ];

    public bool IsLive => Step is null;

    public static BandwidthRange Parse(string? key) => All.FirstOrDefault(range => range.Key == key) ?? All[0];
}
