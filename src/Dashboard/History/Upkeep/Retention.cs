using Dashboard.History.Schema;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Upkeep;

/// <summary>Gives up what is older than the settings say: partitions as a whole, and the few tables that have none row by row.</summary>
internal sealed class Retention(NpgsqlDataSource dataSource, HistoryOptions options)
{
    /// <summary>A long report must not make the writer wait behind us: who does not get the lock soon comes again later.</summary>
    private const string BeBrief = "SET LOCAL lock_timeout = '2s'";

    // A name's last session stays, so that one can tell how long somebody has been away.
    private const string ForgetSessions = """
        DELETE FROM session WHERE number IN (
            SELECT number FROM session AS old WHERE ended_not_after < @before
              AND EXISTS (SELECT FROM session AS newer WHERE newer.user_id = old.user_id AND newer.number > old.number)
            LIMIT 10000)
        """;

    private const string ForgetWatches = "DELETE FROM watch WHERE until < @before";
    private const string ForgetMonths = "DELETE FROM traffic_month WHERE month < @day; DELETE FROM server_month WHERE month < @day";

    /// <returns>How many partitions were dropped.</returns>
    public async Task<int> RunAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        int dropped = await DropAsync(PartitionedTable.Traffic, now - options.KeepMinutes, RollUpGrain.Hour, cancellationToken)
            + await DropAsync(PartitionedTable.TrafficHour, now - options.KeepHours, RollUpGrain.Day, cancellationToken)
            + await DropAsync(PartitionedTable.TrafficDay, now - options.KeepDays, RollUpGrain.Month, cancellationToken)
            + await DropAsync(PartitionedTable.ServerHour, now - options.KeepDays, RollUpGrain.Month, cancellationToken)
            + await DropAsync(PartitionedTable.Event, now - options.KeepEvents, waitsFor: null, cancellationToken);
        await DeleteAsync(ForgetSessions, now - options.KeepSessions, cancellationToken);
        await DeleteAsync(ForgetWatches, now - options.KeepDays, cancellationToken);
        await DeleteAsync(ForgetMonths, now - options.KeepDays, cancellationToken);
        return dropped;
    }

    /// <param name="waitsFor">Sums that are made of the table: a partition of which some are still due stays.</param>
    private async Task<int> DropAsync(PartitionedTable table, DateTimeOffset before, RollUpGrain? waitsFor, CancellationToken cancellationToken)
    {
        int dropped = 0;
        foreach ((string name, DateOnly begin) in await Partitions.ListAsync(dataSource, table, cancellationToken))
        {
            DateTimeOffset from = new(begin, TimeOnly.MinValue, TimeSpan.Zero);
            DateTimeOffset to = new(table.EndOf(begin), TimeOnly.MinValue, TimeSpan.Zero);
            if (to <= before && await TryDropAsync(table, name, from, to, waitsFor, cancellationToken))
                dropped++;
        }
        return dropped;
    }

    private async Task<bool> TryDropAsync(PartitionedTable table, string partition, DateTimeOffset from, DateTimeOffset to, RollUpGrain? waitsFor, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        try
        {
            await ExecuteAsync(BeBrief);
            await ExecuteAsync($"LOCK TABLE {table.Name} IN ACCESS EXCLUSIVE MODE"); // who writes has committed its marks by then
            if (waitsFor is { } grain && await IsDueAsync(connection, grain, from, to, cancellationToken))
                return false;
            await ExecuteAsync($"DROP TABLE {partition}");
            await using NpgsqlCommand horizon = new("""
                INSERT INTO history_horizon (name, kept_since) VALUES (@name, @to)
                ON CONFLICT (name) DO UPDATE SET kept_since = GREATEST(history_horizon.kept_since, EXCLUDED.kept_since)
                """, connection, transaction);
            horizon.Parameters.AddWithValue("name", NpgsqlDbType.Text, table.Name);
            horizon.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, to.UtcDateTime);
            await horizon.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return true;
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.LockNotAvailable)
        {
            return false;
        }

        async Task ExecuteAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<bool> IsDueAsync(NpgsqlConnection connection, RollUpGrain grain, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT EXISTS (SELECT FROM rollup_due WHERE grain <= @grain AND at >= @from AND at < @to)", connection);
        command.Parameters.AddWithValue("grain", NpgsqlDbType.Smallint, (short)grain);
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, from.UtcDateTime);
        command.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, to.UtcDateTime);
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private async Task DeleteAsync(string sql, DateTimeOffset before, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand(sql);
        command.Parameters.AddWithValue("before", NpgsqlDbType.TimestampTz, before.UtcDateTime);
        if (sql.Contains("@day", StringComparison.Ordinal))
            command.Parameters.AddWithValue("day", NpgsqlDbType.Date, DateOnly.FromDateTime(before.UtcDateTime));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
