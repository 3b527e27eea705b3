using Dashboard.Fleet;
using Dashboard.History.Schema;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Events;

/// <summary>Puts events into the database, in bulk.</summary>
internal sealed class PostgresEventStore(NpgsqlDataSource dataSource)
{
    private readonly HashSet<DateOnly> _partitions = [];

    /// <summary>Numbers for so many events: with them a write whose answer got lost can be recognised.</summary>
    public async Task<long[]> TakeNumbersAsync(int count, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand("SELECT array_agg(nextval('event_id')) FROM generate_series(1, $1)");
        command.Parameters.Add(new() { Value = count });
        return (long[])(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The latest second of a server's events of these kinds, and their texts.</summary>
    public async Task<(DateTimeOffset At, string[] Texts)> LastAsync(string server, ServerEventKind[] kinds, CancellationToken cancellationToken)
    {
        // Of what is not log there is little or nothing, and an index of its own: to walk through all lines of the log would
        // take its time for each server.
        string kept = kinds.Intersect([ServerEventKind.Log, ServerEventKind.AuthFailure]).Any() ? "" : "AND kind NOT IN (0, 4)";
        await using NpgsqlCommand command = dataSource.CreateCommand($"""
            WITH last AS (
                SELECT server_id, at FROM event WHERE server_id = (SELECT id FROM server WHERE name = @server) AND kind = ANY (@kinds) {kept}
                ORDER BY at DESC, id DESC LIMIT 1
            )
            SELECT event.at, array_agg(text) FROM event JOIN last USING (server_id, at) WHERE kind = ANY (@kinds) {kept} GROUP BY event.at
            """);
        command.Parameters.AddWithValue("server", NpgsqlDbType.Text, StoredText.Clean(server));
        command.Parameters.AddWithValue("kinds", NpgsqlDbType.Array | NpgsqlDbType.Smallint, kinds.Select(kind => (short)kind).ToArray());
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        return await rows.ReadAsync(cancellationToken)
            ? (rows.GetFieldValue<DateTimeOffset>(0), rows.GetFieldValue<string[]>(1))
            : (DateTimeOffset.MinValue, []);
    }

    /// <summary>Writes all or nothing. What has been written under these numbers already is left as it is.</summary>
    public async Task WriteAsync(IReadOnlyList<StoredEvent> events, long[] numbers, CancellationToken cancellationToken)
    {
        try
        {
            DateOnly[] missing = [.. events.Select(e => DateOnly.FromDateTime(e.At.UtcDateTime)).Distinct().Where(day => !_partitions.Contains(day))];
            if (missing.Length > 0)
                await Partitions.CreateAsync(dataSource, PartitionedTable.Event, missing, cancellationToken);
            _partitions.UnionWith(missing);

            await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using (NpgsqlCommand written = new("SELECT EXISTS (SELECT FROM event WHERE at = $1 AND id = $2)", connection, transaction))
            {
                written.Parameters.Add(new() { Value = events[0].At.UtcDateTime });
                written.Parameters.Add(new() { Value = numbers[0] });
                if ((bool)(await written.ExecuteScalarAsync(cancellationToken))!)
                    return;
            }
            Dictionary<string, int> servers = await ServersAsync(connection, [.. events.Select(e => StoredText.Clean(e.Server)).Distinct(StringComparer.Ordinal)], cancellationToken);
            await CopyAsync(connection, events, numbers, servers, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        catch
        {
            _partitions.Clear(); // one of them may have been dropped
            throw;
        }
    }

    private static async Task<Dictionary<string, int>> ServersAsync(NpgsqlConnection connection, string[] names, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand add = new("""
            INSERT INTO server (name) SELECT name FROM unnest(@names) AS input (name)
            WHERE NOT EXISTS (SELECT FROM server WHERE server.name = input.name) ON CONFLICT DO NOTHING
            """, connection);
        add.Parameters.AddWithValue("names", NpgsqlDbType.Array | NpgsqlDbType.Text, names);
        await add.ExecuteNonQueryAsync(cancellationToken);
        await using NpgsqlCommand find = new("SELECT name, id FROM server WHERE name = ANY (@names)", connection);
        find.Parameters.AddWithValue("names", NpgsqlDbType.Array | NpgsqlDbType.Text, names);
        await using NpgsqlDataReader rows = await find.ExecuteReaderAsync(cancellationToken);
        Dictionary<string, int> servers = new(StringComparer.Ordinal);
        while (await rows.ReadAsync(cancellationToken))
            servers.Add(rows.GetString(0), rows.GetInt32(1));
        return servers;
    }

    private static async Task CopyAsync(NpgsqlConnection connection, IReadOnlyList<StoredEvent> events, long[] numbers, Dictionary<string, int> servers, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY event (at, id, server_id, kind, severity, client, address, text) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach ((int i, StoredEvent e) in events.Index())
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(e.At.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync(numbers[i], NpgsqlDbType.Bigint, cancellationToken);
            await copy.WriteAsync(servers[StoredText.Clean(e.Server)], NpgsqlDbType.Integer, cancellationToken);
            await copy.WriteAsync((short)e.Kind, NpgsqlDbType.Smallint, cancellationToken);
            await copy.WriteAsync((short)e.Severity, NpgsqlDbType.Smallint, cancellationToken);
            await WriteOrNullAsync(copy, e.Client, cancellationToken);
            await WriteOrNullAsync(copy, e.Address, cancellationToken);
            await copy.WriteAsync(e.Text, NpgsqlDbType.Text, cancellationToken);
        }
        await copy.CompleteAsync(cancellationToken);
    }

    private static Task WriteOrNullAsync(NpgsqlBinaryImporter copy, string? text, CancellationToken cancellationToken) =>
        text is null ? copy.WriteNullAsync(cancellationToken) : copy.WriteAsync(text, NpgsqlDbType.Text, cancellationToken);
}
