using Dashboard.History.Schema;
using Dashboard.History.Upkeep;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History;

/// <summary>Writes history in bulk: arrays for what is looked up or changed, binary COPY for what is added.</summary>
internal sealed class PostgresHistoryStore(NpgsqlDataSource dataSource) : IHistoryStore
{
    // "Where not exists" in front of "on conflict": a row that is there would use up a number each time.
    private const string AddServers = """
        INSERT INTO server (name)
        SELECT DISTINCT name FROM unnest(@servers) AS input (name)
        WHERE NOT EXISTS (SELECT FROM server WHERE server.name = input.name)
        ON CONFLICT DO NOTHING
        """;

    private const string AddUsers = """
        INSERT INTO vpn_user (common_name, username)
        SELECT DISTINCT common_name, username FROM unnest(@common_names, @usernames) AS input (common_name, username)
        WHERE NOT EXISTS (SELECT FROM vpn_user u WHERE u.common_name = input.common_name AND u.username = input.username)
        ON CONFLICT DO NOTHING
        """;

    // Nothing is booked of a session at its beginning: that is what "last seen" of a new row says. Where the daemon's clock is ahead, a session
    // would begin after it was seen, and end before that.
    private const string AddSessions = """
        INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, first_seen, last_seen, received, sent)
        SELECT input.id, server.id, vpn_user.id, cid, LEAST(connected_since, first_seen), real_address, ARRAY[real_address], first_seen, LEAST(connected_since, first_seen), 0, 0
        FROM unnest(@ids, @servers, @common_names, @usernames, @cids, @connected_since, @real_addresses, @first_seen)
            AS input (id, server, common_name, username, cid, connected_since, real_address, first_seen)
        JOIN server ON server.name = input.server
        JOIN vpn_user ON vpn_user.common_name = input.common_name AND vpn_user.username = input.username
        WHERE NOT EXISTS (SELECT FROM session WHERE session.id = input.id)
        ON CONFLICT DO NOTHING
        RETURNING number
        """;

    // Takes each row's lock, and so waits for a write whose answer got lost and reads what became of it.
    private const string UpdateSessions = """
        UPDATE session SET
            user_id = vpn_user.id,
            virtual_address = COALESCE(input.virtual_address, session.virtual_address),
            virtual_address6 = COALESCE(input.virtual_address6, session.virtual_address6),
            platform = COALESCE(input.platform, session.platform),
            cipher = COALESCE(input.cipher, session.cipher),
            addresses = CASE
                WHEN input.address IS NULL OR input.address = session.addresses[cardinality(session.addresses)] OR cardinality(session.addresses) >= 100 THEN session.addresses
                ELSE session.addresses || input.address END,
            ended_not_before = CASE WHEN @keeps_ends THEN session.ended_not_before END,
            ended_not_after = CASE WHEN @keeps_ends THEN session.ended_not_after END,
            end_reason = CASE WHEN @keeps_ends THEN session.end_reason END
        FROM unnest(@ids, @common_names, @usernames, @virtual_addresses, @virtual_addresses6, @platforms, @ciphers, @addresses)
            AS input (id, common_name, username, virtual_address, virtual_address6, platform, cipher, address)
        JOIN vpn_user ON vpn_user.common_name = input.common_name AND vpn_user.username = input.username
        JOIN session AS former ON former.id = input.id
        WHERE session.id = input.id
        RETURNING session.id, session.number, session.received, session.sent, session.last_seen, session.user_id <> former.user_id
        """;

    // What a session moved under its former name stands in sums of that name.
    private const string MarkRenamed = """
        INSERT INTO rollup_due (grain, at) SELECT DISTINCT 0, date_trunc('hour', minute, 'UTC') FROM traffic WHERE session = ANY (@renamed)
        """;

    private const string ReportedEnds = "ended_not_before = input.ended_not_before, ended_not_after = input.ended_not_after, end_reason = input.end_reason";

    // An end that was seen stays as it is. One that nobody saw becomes narrower, or is moved by whoever saw the session later.
    private const string KeptEnds = """
            ended_not_before = CASE
                WHEN session.ended_not_after - session.ended_not_before <= interval '1 minute' THEN session.ended_not_before
                WHEN session.ended_not_after >= COALESCE(input.last_seen, session.last_seen) THEN GREATEST(session.ended_not_before, input.ended_not_before, input.last_seen)
                ELSE input.ended_not_before END,
            ended_not_after = CASE
                WHEN session.ended_not_after - session.ended_not_before <= interval '1 minute' THEN session.ended_not_after
                WHEN session.ended_not_after >= COALESCE(input.last_seen, session.last_seen) THEN GREATEST(LEAST(session.ended_not_after, input.ended_not_after), session.ended_not_before, input.last_seen)
                ELSE input.ended_not_after END
        """;

    private static readonly string s_moveCounters = MoveCounters(ReportedEnds);
    private static readonly string s_moveCountersAndKeepEnds = MoveCounters(KeptEnds);

    // An hour without traffic has its clients and its samples too: every hour that a stretch has grown by is to be added up. The
    // rows of "watch" are read as they were before.
    private const string WriteWatch = """
        WITH input AS (
            SELECT server.id AS server_id, began, until FROM unnest(@servers, @began, @until) AS input (name, began, until) JOIN server USING (name)
        ), written AS (
            INSERT INTO watch (server_id, began, until) SELECT server_id, began, until FROM input
            ON CONFLICT (server_id, began) DO UPDATE SET until = GREATEST(watch.until, EXCLUDED.until)
        )
        INSERT INTO rollup_due (grain, at)
        SELECT DISTINCT 0, hour FROM input LEFT JOIN watch AS former USING (server_id, began)
        CROSS JOIN LATERAL generate_series(
            date_trunc('hour', COALESCE(former.until, began), 'UTC'), input.until - interval '1 microsecond', interval '1 hour') AS hour
        """;

    private const string EndOthers = """
        UPDATE session SET ended_not_before = last_seen, ended_not_after = GREATEST(last_seen, @not_after)
        WHERE server_id = (SELECT id FROM server WHERE name = @server) AND ended_not_after IS NULL
          AND last_seen < @began AND number <> ALL (@living)
        """;

    /// <summary>For what is told of the past: a session that is told of again has not come back to life.</summary>
    public bool KeepsEnds { get; init; }

    public async Task<IReadOnlyList<RegisteredSession>> RegisterAsync(IReadOnlyList<SessionRegistration> sessions, CancellationToken cancellationToken)
    {
        NpgsqlParameter ids = Array("ids", NpgsqlDbType.Uuid, sessions.Select(s => s.Account.Id.Value));
        NpgsqlParameter servers = Array("servers", NpgsqlDbType.Text, sessions.Select(s => StoredText.Clean(s.Identity.Server)));
        NpgsqlParameter commonNames = Array("common_names", NpgsqlDbType.Text, sessions.Select(s => StoredText.Clean(s.Identity.CommonName)));
        NpgsqlParameter usernames = Array("usernames", NpgsqlDbType.Text, sessions.Select(s => StoredText.Clean(s.Details.Username ?? "")));

        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, AddServers, cancellationToken, servers);
        await ExecuteAsync(connection, AddUsers, cancellationToken, commonNames, usernames);

        HashSet<int> added = [];
        await using (NpgsqlCommand add = Command(connection, AddSessions, ids, servers, commonNames, usernames,
            Array("cids", NpgsqlDbType.Bigint, sessions.Select(s => (long)s.Identity.Cid.Value)),
            Array("connected_since", NpgsqlDbType.TimestampTz, sessions.Select(s => s.Identity.ConnectedSince.UtcDateTime)),
            Array("real_addresses", NpgsqlDbType.Text, sessions.Select(s => StoredText.Clean(s.Identity.RealAddress))),
            Array("first_seen", NpgsqlDbType.TimestampTz, sessions.Select(s => s.FirstSeen.UtcDateTime))))
        await using (NpgsqlDataReader rows = await add.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
                added.Add(rows.GetInt32(0));
        }

        Dictionary<Guid, RegisteredSession> registered = [];
        List<int> renamed = [];
        await using (NpgsqlCommand update = Command(connection, UpdateSessions, ids, commonNames, usernames,
            new NpgsqlParameter("keeps_ends", NpgsqlDbType.Boolean) { Value = KeepsEnds },
            Array("virtual_addresses", NpgsqlDbType.Text, sessions.Select(s => StoredText.CleanOrNull(s.Details.VirtualAddress))),
            Array("virtual_addresses6", NpgsqlDbType.Text, sessions.Select(s => StoredText.CleanOrNull(s.Details.VirtualAddress6))),
            Array("platforms", NpgsqlDbType.Text, sessions.Select(s => StoredText.CleanOrNull(s.Details.Platform))),
            Array("ciphers", NpgsqlDbType.Text, sessions.Select(s => StoredText.CleanOrNull(s.Details.Cipher))),
            Array("addresses", NpgsqlDbType.Text, sessions.Select(s => StoredText.CleanOrNull(s.Details.RealAddress)))))
        await using (NpgsqlDataReader rows = await update.ExecuteReaderAsync(cancellationToken))
        {
            while (await rows.ReadAsync(cancellationToken))
            {
                int number = rows.GetInt32(1);
                DateTimeOffset? coveredUntil = added.Contains(number) ? null : rows.GetFieldValue<DateTimeOffset>(4);
                registered.Add(rows.GetGuid(0), new RegisteredSession(number, rows.GetInt64(2), rows.GetInt64(3), coveredUntil));
                if (rows.GetBoolean(5))
                    renamed.Add(number);
            }
        }
        if (renamed.Count > 0)
            await ExecuteAsync(connection, MarkRenamed, cancellationToken, Array("renamed", NpgsqlDbType.Integer, renamed));
        await transaction.CommitAsync(cancellationToken);
        return [.. sessions.Select(session => registered[session.Account.Id.Value])];
    }

    public async Task WriteAsync(IReadOnlyList<AccountEntry> entries, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        int moved = await ExecuteAsync(connection, KeepsEnds ? s_moveCountersAndKeepEnds : s_moveCounters, cancellationToken,
            Array("numbers", NpgsqlDbType.Integer, entries.Select(e => e.Number)),
            Array("booked_received", NpgsqlDbType.Bigint, entries.Select(e => e.BookedReceived)),
            Array("booked_sent", NpgsqlDbType.Bigint, entries.Select(e => e.BookedSent)),
            Array("received", NpgsqlDbType.Bigint, entries.Select(e => e.Received)),
            Array("sent", NpgsqlDbType.Bigint, entries.Select(e => e.Sent)),
            Array("last_seen", NpgsqlDbType.TimestampTz, entries.Select(e => e.LastSeen?.UtcDateTime)),
            Array("ended_not_before", NpgsqlDbType.TimestampTz, entries.Select(e => e.End?.NotBefore.UtcDateTime)),
            Array("ended_not_after", NpgsqlDbType.TimestampTz, entries.Select(e => e.End?.NotAfter.UtcDateTime)),
            Array("end_reasons", NpgsqlDbType.Text, entries.Select(e => StoredText.CleanOrNull(e.End?.Reason))));
        if (moved != entries.Count)
            throw new HistoryConflictException($"{entries.Count - moved} session(s) have been written to by another dashboard.");
        await CopyTrafficAsync(connection, entries, cancellationToken);
        await MarkAsync(connection, entries.SelectMany(e => e.Slices).Select(slice => slice.Minute), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task WriteWatchAsync(IReadOnlyList<WatchStretch> stretches, CancellationToken cancellationToken)
    {
        NpgsqlParameter servers = Array("servers", NpgsqlDbType.Text, stretches.Select(s => StoredText.Clean(s.Server)));
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, AddServers, cancellationToken, servers);
        await ExecuteAsync(connection, WriteWatch, cancellationToken, servers,
            Array("began", NpgsqlDbType.TimestampTz, stretches.Select(s => s.Began.UtcDateTime)),
            Array("until", NpgsqlDbType.TimestampTz, stretches.Select(s => s.Until.UtcDateTime)));
        await transaction.CommitAsync(cancellationToken);
    }

    public async Task EndOthersAsync(SettledServer server, DateTimeOffset notAfter, CancellationToken cancellationToken)
    {
        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, EndOthers, cancellationToken,
            new NpgsqlParameter("server", NpgsqlDbType.Text) { Value = StoredText.Clean(server.Server) },
            new NpgsqlParameter("began", NpgsqlDbType.TimestampTz) { Value = server.Began.UtcDateTime },
            new NpgsqlParameter("not_after", NpgsqlDbType.TimestampTz) { Value = notAfter.UtcDateTime },
            Array("living", NpgsqlDbType.Integer, server.Living));
    }

    public Task CreatePartitionsAsync(IEnumerable<DateOnly> days, CancellationToken cancellationToken) =>
        Partitions.CreateAsync(dataSource, PartitionedTable.Traffic, days, cancellationToken);

    private static string MoveCounters(string ends) => $"""
        UPDATE session SET
            received = input.received,
            sent = input.sent,
            last_seen = GREATEST(session.last_seen, input.last_seen),
            {ends}
        FROM unnest(@numbers, @booked_received, @booked_sent, @received, @sent, @last_seen, @ended_not_before, @ended_not_after, @end_reasons)
            AS input (number, booked_received, booked_sent, received, sent, last_seen, ended_not_before, ended_not_after, end_reason)
        WHERE session.number = input.number AND session.received = input.booked_received AND session.sent = input.booked_sent
        """;

    private static async Task CopyTrafficAsync(NpgsqlConnection connection, IReadOnlyList<AccountEntry> entries, CancellationToken cancellationToken)
    {
        await using NpgsqlBinaryImporter copy = await connection.BeginBinaryImportAsync(
            "COPY traffic (minute, received, sent, session, covers_seconds, gap_from, more_received, more_sent) FROM STDIN (FORMAT BINARY)", cancellationToken);
        foreach (AccountEntry entry in entries)
        {
            foreach (TrafficSlice slice in entry.Slices)
            {
                await copy.StartRowAsync(cancellationToken);
                await copy.WriteAsync(slice.Minute.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
                await copy.WriteAsync(Narrow(slice.Received), NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(Narrow(slice.Sent), NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync(entry.Number, NpgsqlDbType.Integer, cancellationToken);
                await copy.WriteAsync((int)Math.Min(Math.Round(slice.Covers.TotalSeconds), int.MaxValue), NpgsqlDbType.Integer, cancellationToken);
                if (slice.Gap)
                    await copy.WriteAsync(slice.From.UtcDateTime, NpgsqlDbType.TimestampTz, cancellationToken);
                else
                    await copy.WriteNullAsync(cancellationToken);
                await WriteMoreAsync(slice.Received);
                await WriteMoreAsync(slice.Sent);
            }
        }
        await copy.CompleteAsync(cancellationToken);

        Task WriteMoreAsync(long bytes) =>
            bytes is > int.MaxValue or < int.MinValue ? copy.WriteAsync(bytes, NpgsqlDbType.Bigint, cancellationToken) : copy.WriteNullAsync(cancellationToken);
    }

    /// <summary>What stands in the narrow column: nothing of what needs the wide one.</summary>
    private static int Narrow(long bytes) => bytes is > int.MaxValue or < int.MinValue ? 0 : (int)bytes;

    /// <summary>The hours of these instants have to be added up, or once more.</summary>
    private static async Task MarkAsync(NpgsqlConnection connection, IEnumerable<DateTimeOffset> instants, CancellationToken cancellationToken)
    {
        DateTime[] hours = [.. instants.Select(instant => RollUpPeriod.Of(RollUpGrain.Hour, instant).From.UtcDateTime).Distinct()];
        if (hours.Length > 0)
            await ExecuteAsync(connection, "INSERT INTO rollup_due (grain, at) SELECT 0, unnest(@hours)", cancellationToken, Array("hours", NpgsqlDbType.TimestampTz, hours));
    }

    private static NpgsqlParameter Array<T>(string name, NpgsqlDbType type, IEnumerable<T> values) =>
        new(name, NpgsqlDbType.Array | type) { Value = values.ToArray() };

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params NpgsqlParameter[] parameters)
    {
        await using NpgsqlCommand command = Command(connection, sql, parameters);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, params NpgsqlParameter[] parameters)
    {
        NpgsqlCommand command = new(sql, connection);
        foreach (NpgsqlParameter parameter in parameters)
            command.Parameters.Add(parameter.Clone()); // one parameter belongs to one command
        return command;
    }
}
