using System.Globalization;

namespace Dashboard.History.Schema;

/// <summary>A table that is cut by time (UTC), so that what is old is dropped whole.</summary>
/// <param name="Name">Part of the names of its partitions: <c>traffic_20260301</c>, <c>traffic_hour_202603</c>, <c>traffic_day_2026</c>.</param>
internal sealed record PartitionedTable(string Name, PartitionSpan Span)
{
    public static readonly PartitionedTable Traffic = new("traffic", PartitionSpan.Day);
    public static readonly PartitionedTable TrafficHour = new("traffic_hour", PartitionSpan.Month);
    public static readonly PartitionedTable TrafficDay = new("traffic_day", PartitionSpan.Year);
    public static readonly PartitionedTable ServerHour = new("server_hour", PartitionSpan.Year);
    public static readonly PartitionedTable Event = new("event", PartitionSpan.Day);

    private string Format => Span switch
    {
        PartitionSpan.Day => "yyyyMMdd",
        PartitionSpan.Month => "yyyyMM",
        _ => "yyyy",
    };

    /// <summary>The first day of the partition that holds a day.</summary>
    public DateOnly BeginOf(DateOnly day) => Span switch
    {
        PartitionSpan.Day => day,
        PartitionSpan.Month => new DateOnly(day.Year, day.Month, 1),
        _ => new DateOnly(day.Year, 1, 1),
    };

    /// <summary>The first day after the partition that begins with a day.</summary>
    public DateOnly EndOf(DateOnly begin) => Span switch
    {
        PartitionSpan.Day => begin.AddDays(1),
        PartitionSpan.Month => begin.AddMonths(1),
        _ => begin.AddYears(1),
    };

    /// <summary>The day that a partition begins with; null for a table that is not one of ours.</summary>
    public DateOnly? BeginOf(string partition) =>
        partition.StartsWith(Name + "_", StringComparison.Ordinal)
        && DateOnly.TryParseExact(partition.AsSpan(Name.Length + 1), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly begin)
            ? begin
            : null;

    /// <summary>The name of the partition that begins with a day.</summary>
    public string PartitionOf(DateOnly begin) => Name + "_" + begin.ToString(Format, CultureInfo.InvariantCulture);

    /// <summary>
    /// Makes the partition on the side and joins it to the others: to make it in its place would wait for whoever reads the
    /// table, and everybody else would wait behind. Midnight comes with its zone: the database's own must not matter.
    /// </summary>
    public string CreateSql(DateOnly begin) => string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TABLE {PartitionOf(begin)} (LIKE {Name} INCLUDING ALL) WITH (autovacuum_vacuum_scale_factor = 0.05);
        ALTER TABLE {Name} ATTACH PARTITION {PartitionOf(begin)}
            FOR VALUES FROM ('{begin:yyyy-MM-dd} 00:00:00+00') TO ('{EndOf(begin):yyyy-MM-dd} 00:00:00+00')
        """);
}

/// <summary>How much of time one partition holds.</summary>
internal enum PartitionSpan
{
    Day,
    Month,
    Year,
}
