using Npgsql;

namespace Dashboard.History.Schema;

/// <summary>Makes and finds the parts of tables that are cut by time.</summary>
internal static class Partitions
{
    /// <summary>"ovpnpart": one dashboard at a time makes partitions.</summary>
    private const long Lock = 0x6f76706e_70617274;

    /// <summary>Makes the partitions that hold these days (UTC) where they are missing.</summary>
    public static async Task CreateAsync(NpgsqlDataSource dataSource, PartitionedTable table, IEnumerable<DateOnly> days, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using (NpgsqlCommand exclusive = new("SELECT pg_advisory_xact_lock($1)", connection, transaction) { Parameters = { new() { Value = Lock } } })
            await exclusive.ExecuteNonQueryAsync(cancellationToken);
        foreach (DateOnly begin in days.Select(table.BeginOf).Distinct())
        {
            await using NpgsqlCommand find = new("SELECT to_regclass($1) IS NULL", connection, transaction) { Parameters = { new() { Value = table.PartitionOf(begin) } } };
            if (!(bool)(await find.ExecuteScalarAsync(cancellationToken))!)
                continue;
            await using NpgsqlCommand create = new(table.CreateSql(begin), connection, transaction);
            await create.ExecuteNonQueryAsync(cancellationToken);
        }
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The partitions that there are, the oldest first, each with the day that it begins with.</summary>
    public static async Task<IReadOnlyList<(string Name, DateOnly Begin)>> ListAsync(NpgsqlDataSource dataSource, PartitionedTable table, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand list = dataSource.CreateCommand(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid WHERE inhparent = $1::regclass");
        list.Parameters.Add(new() { Value = table.Name });
        await using NpgsqlDataReader rows = await list.ExecuteReaderAsync(cancellationToken);
        List<(string Name, DateOnly Begin)> partitions = [];
        while (await rows.ReadAsync(cancellationToken))
        {
            if (table.BeginOf(rows.GetString(0)) is { } begin)
                partitions.Add((rows.GetString(0), begin));
        }
        return [.. partitions.OrderBy(partition => partition.Begin)];
    }
}
