using System.Globalization;

using Npgsql;

namespace Dashboard.History.Schema;

/// <summary>The table of traffic is cut by days (UTC): old ones are dropped whole.</summary>
internal static class TrafficPartitions
{
    /// <summary>"ovpnpart": one dashboard at a time makes partitions.</summary>
    private const long Lock = 0x6f76706e_70617274;

    /// <summary>Makes the partitions of these days (UTC) where they are missing.</summary>
    public static async Task CreateAsync(NpgsqlDataSource dataSource, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand exclusive = new("SELECT pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = Lock } } })
            await exclusive.ExecuteNonQueryAsync(cancellationToken);
        foreach (DateOnly day in days)
        {
            await using NpgsqlCommand create = new(CreatePartition(day), connection, transaction);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    private static string CreatePartition(DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"""
        CREATE TABLE IF NOT EXISTS traffic_{day:yyyyMMdd} PARTITION OF traffic
        FOR VALUES FROM ('{day:yyyy-MM-dd} 00:00:00+00') TO ('{day.AddDays(1):yyyy-MM-dd} 00:00:00+00')
        """);
}
