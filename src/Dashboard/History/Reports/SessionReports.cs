using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Live;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Reports;

/// <inheritdoc cref="ISessionReports"/>
// Of an end that nobody saw, the earliest instant counts: that is when the session was last seen. A client that left and came
// back while nobody watched has not been there twice.
internal sealed class SessionReports(HistoryReader reader, TimeProvider time) : ISessionReports
{
    private const int MaxSearch = 256;
    private static readonly TimeSpan s_longestPause = TimeSpan.FromDays(1);

    // Of names there are few: the planner sees how many match, and finds their sessions by an index or walks to the newest of them.
    private const string InNames = "(common_name ILIKE @text OR username ILIKE @text)";

    // The index is on this very expression.
    private const string InAddresses = "session_hosts(addresses, virtual_address, virtual_address6) @@ @host::tsquery";

    // Counted by numbers and from an index; names come to what is left.
    private const string Flapping = $"""
        WITH counts AS (
            SELECT server_id, user_id, count(*) AS sessions, min(connected_since) AS first, max(connected_since) AS last FROM session
            WHERE connected_since >= @from AND connected_since < @to AND {ServerFilter.ById}
            GROUP BY server_id, user_id
        ), many AS (
            SELECT server_id, person, sum(sessions)::int AS sessions, min(first) AS first, max(last) AS last, array_agg(user_id) AS users
            FROM counts JOIN vpn_user ON vpn_user.id = user_id WHERE person <> ''
            GROUP BY server_id, person HAVING sum(sessions) >= @least
            ORDER BY sum(sessions) DESC, person LIMIT @limit
        )
        SELECT server.name, person, sessions, first, last, (
            SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM COALESCE(ended_not_before, last_seen) - connected_since)::float8)
                FILTER (WHERE session.server_id = many.server_id AND connected_since >= @from AND connected_since < @to)
            FROM session WHERE user_id = ANY (users)) -- on more conditions it would read more indexes, of sessions of others
        FROM many JOIN server ON server.id = many.server_id ORDER BY sessions DESC, person
        """;

    private const string Reconnects = $"""
        WITH sessions AS (
            SELECT number, server_id, connected_since AS began, GREATEST(COALESCE(ended_not_before, @now), connected_since) AS ended, received, sent FROM session
            WHERE user_id = ANY (ARRAY(SELECT id FROM vpn_user WHERE person = @client)) AND {ServerFilter.ById}
              AND connected_since < @to AND (ended_not_after IS NULL OR ended_not_after >= @from)
        ), links AS (
            SELECT *, began - max(ended) OVER (PARTITION BY server_id ORDER BY began, number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS pause FROM sessions
        ), chains AS (
            SELECT *, count(*) FILTER (WHERE pause IS NULL OR pause > @within) OVER (PARTITION BY server_id ORDER BY began, number) AS chain FROM links
        )
        SELECT server.name, count(*)::int, min(began), max(ended),
            COALESCE(sum(pause) FILTER (WHERE pause > interval '0' AND pause <= @within), interval '0'), sum(received)::bigint, sum(sent)::bigint
        FROM chains JOIN server ON server.id = chains.server_id
        GROUP BY server.name, chain HAVING count(*) > 1 ORDER BY max(began) DESC LIMIT 200
        """;

    // Each with the one that lasts longest of those before it: of three devices two pairs are told. Names are put in order by a
    // number, and the older of a pair is looked up when it is known which ones to tell. What a server sends to a client that
    // has gone says nothing, what comes from the client does.
    private const string Shared = $"""
        WITH names AS MATERIALIZED (
            SELECT id, min(id) OVER (PARTITION BY person) AS name FROM vpn_user WHERE person <> ''
        ), sessions AS (
            SELECT number, name, connected_since AS began, COALESCE(ended_not_before, @now) AS ended,
                max(COALESCE(ended_not_before, @now)) OVER (PARTITION BY name ORDER BY connected_since, number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS older_ended
            FROM session JOIN names ON names.id = session.user_id
            WHERE {OverlapsPeriod} AND {ServerFilter.ById}
        ), together AS (
            SELECT *, LEAST(ended, older_ended) AS until FROM sessions
            WHERE LEAST(ended, older_ended) - began >= interval '1 minute' AND older_ended IS NOT NULL
            ORDER BY LEAST(ended, older_ended) - began DESC, number LIMIT @limit
        )
        SELECT person, older.number, together.number, began, until, NOT EXISTS (
            SELECT FROM traffic_minute WHERE session = older.number AND received > 0 AND minute > began AND minute <= until)
        FROM together JOIN vpn_user ON vpn_user.id = together.name CROSS JOIN LATERAL (
            SELECT number FROM session
            WHERE user_id = ANY (ARRAY(SELECT id FROM vpn_user AS same WHERE same.person = vpn_user.person)) AND {OverlapsPeriod} AND {ServerFilter.ById}
              AND (connected_since, number) < (together.began, together.number) AND COALESCE(ended_not_before, @now) = older_ended
            ORDER BY number DESC LIMIT 1) AS older
        ORDER BY until - began DESC, together.number
        """;

    private const string OverlapsPeriod = "connected_since < @to AND (ended_not_after IS NULL OR (ended_not_after >= @from AND ended_not_before >= @from))";

    private const string Idle = $"""
        WITH living AS MATERIALIZED (
            SELECT DISTINCT user_id FROM session WHERE ended_not_after IS NULL AND {ServerFilter.ById}
        ), names AS (
            SELECT person, bool_or(living.user_id IS NOT NULL) AS connected,
                max(CASE WHEN living.user_id IS NOT NULL THEN @now ELSE COALESCE(newest.ended_not_before, newest.last_seen) END) AS last
            FROM vpn_user
            CROSS JOIN LATERAL (SELECT last_seen, ended_not_before FROM session WHERE user_id = vpn_user.id AND {ServerFilter.ById} ORDER BY number DESC LIMIT 1) AS newest
            LEFT JOIN living ON living.user_id = vpn_user.id
            WHERE person <> '' GROUP BY person
        ), page AS (
            SELECT * FROM names WHERE (@idle_since::timestamptz IS NULL OR (last < @idle_since AND NOT connected))
              AND (@after_name::text IS NULL OR (connected, last, person) > (@after_connected, @after, @after_name))
            ORDER BY connected, last, person LIMIT @limit
        )
        SELECT page.person, connected, last, sessions, first, (
            SELECT server.name FROM session JOIN server ON server.id = session.server_id JOIN vpn_user ON vpn_user.id = session.user_id
            WHERE vpn_user.person = page.person AND {ServerFilter.ById} ORDER BY number DESC LIMIT 1)
        FROM page CROSS JOIN LATERAL (
            SELECT count(*)::int AS sessions, min(LEAST(connected_since, first_seen)) AS first FROM session JOIN vpn_user ON vpn_user.id = session.user_id
            WHERE vpn_user.person = page.person AND {ServerFilter.ById}) AS counts
        ORDER BY connected, last, page.person
        """;

    private const string Client = $"""
        SELECT array_agg(DISTINCT username ORDER BY username) FILTER (WHERE username <> ''),
            min(LEAST(connected_since, first_seen)), max(COALESCE(ended_not_before, @now)), bool_or(ended_not_after IS NULL),
            count(*)::int, sum(received)::bigint, sum(sent)::bigint
        FROM session JOIN vpn_user ON vpn_user.id = session.user_id WHERE person = @client AND {ServerFilter.ById} HAVING count(*) > 0
        """;

    public async Task<Page<SessionRecord>> FindAsync(ServerAccess access, SessionQuery query, CancellationToken cancellationToken = default)
    {
        int limit = ReportParameters.Limit(query.Limit);
        ReportQuery sql = Query(access, query, limit + 1);
        List<(int Number, SessionRecord Session)> rows = await reader.ReadAsync(sql.Sql, sql.Bind, SessionColumns.Read, cancellationToken);
        return rows.Count <= limit
            ? new Page<SessionRecord>([.. rows.Select(row => row.Session)], null)
            : new Page<SessionRecord>([.. rows.Take(limit).Select(row => row.Session)], PageCursor.Encode(new Key(rows[limit - 1].Session.ConnectedSince, rows[limit - 1].Number)));
    }

    /// <summary>Those that began last first.</summary>
    /// <param name="limit">Null for all.</param>
    public static ReportQuery Query(ServerAccess access, SessionQuery query, int? limit)
    {
        if (query.Text?.Length > MaxSearch)
            throw new HistoryQueryException($"The text to look for is longer than {MaxSearch} characters.");
        Key? after = PageCursor.Decode<Key>(query.Cursor);
        List<string> conditions = [ServerFilter.ById, "connected_since < @to", "(ended_not_after IS NULL OR ended_not_after >= @from)"];
        if (query.CommonName is not null)
            conditions.Add("user_id = ANY (ARRAY(SELECT id FROM vpn_user WHERE person = @client))");
        if (query.IsOpen is { } isOpen)
            conditions.Add(isOpen ? "ended_not_after IS NULL" : "ended_not_after IS NOT NULL");
        if (after is not null)
            conditions.Add("(connected_since, number) < (@after, @after_number)");
        AddressText? address = AddressText.Parse(query.Text ?? "");
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Instant("from", query.Range.From);
            parameters.Instant("to", query.Range.To);
            parameters.Servers(access, query.Server);
            parameters.Text("client", query.CommonName);
            parameters.AddWithValue("text", NpgsqlDbType.Text, ReportParameters.Contains(query.Text ?? ""));
            parameters.Text("host", address?.HostQuery);
            parameters.Text("socket", address?.Socket is { } socket ? ReportParameters.Contains(socket) : null);
            parameters.Instant("after", after?.ConnectedSince);
            parameters.Number("after_number", after?.Number);
            parameters.Number("limit", (long?)limit);
        }

        const string Order = "ORDER BY connected_since DESC, number DESC LIMIT @limit";
        string Matching(string? condition) => $"{SessionColumns.Select} WHERE {string.Join(" AND ", condition is null ? conditions : conditions.Append(condition))} {Order}";
        string sql = (query.Text, address) switch
        {
            (null or "", _) => Matching(null),
            (_, null) => Matching(InNames),

            // Each by an index of its own: a condition on both would be tried on every session.
            _ => $"({Matching(InNames)}) UNION ALL ({Matching($"{InAddresses}{(address.Socket is null ? "" : " AND array_to_string(addresses, ' ') ILIKE @socket")} AND NOT {InNames}")}) {Order}",
        };
        return new ReportQuery(sql, Bind);
    }

    public async Task<SessionRecord?> GetAsync(ServerAccess access, SessionId session, CancellationToken cancellationToken = default)
    {
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, null);
            parameters.AddWithValue("id", NpgsqlDbType.Uuid, session.Value);
        }

        List<(int Number, SessionRecord Session)> rows = await reader.ReadAsync(
            $"{SessionColumns.Select} WHERE session.id = @id AND {ServerFilter.ById}", Bind, SessionColumns.Read, cancellationToken);
        return rows is [var row] ? row.Session : null;
    }

    public async Task<ImmutableArray<FlappingClient>> FlappingAsync(ServerAccess access, HistoryRange range, string? server, int atLeast = 5, int limit = 100, CancellationToken cancellationToken = default)
    {
        if (atLeast < 2)
            throw new HistoryQueryException("Who came once is not flapping: ask for at least 2 sessions.");
        void Bind(NpgsqlParameterCollection parameters)
        {
            BindRange(parameters, access, range, server, limit);
            parameters.Number("least", atLeast);
        }

        return [.. await reader.ReadAsync(Flapping, Bind, row => new FlappingClient(
            row.GetString(0), row.GetString(1), row.GetInt32(2), TimeSpan.FromSeconds(Math.Max(0, row.GetDouble(5))),
            row.GetFieldValue<DateTimeOffset>(3), row.GetFieldValue<DateTimeOffset>(4)), cancellationToken)];
    }

    public async Task<ImmutableArray<ReconnectChain>> ReconnectsAsync(ServerAccess access, string commonName, HistoryRange range, string? server, TimeSpan within, CancellationToken cancellationToken = default)
    {
        if (within < TimeSpan.Zero || within > s_longestPause)
            throw new HistoryQueryException("The pause within a chain must lie between nothing and a day.");
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, server);
            parameters.Text("client", commonName);
            parameters.Instant("from", range.From);
            parameters.Instant("to", range.To);
            parameters.Instant("now", time.GetUtcNow());
            parameters.AddWithValue("within", NpgsqlDbType.Interval, within);
        }

        return [.. await reader.ReadAsync(Reconnects, Bind, row => new ReconnectChain(
            row.GetString(0), commonName, row.GetInt32(1), row.GetFieldValue<DateTimeOffset>(2), row.GetFieldValue<DateTimeOffset>(3),
            row.GetFieldValue<TimeSpan>(4), row.GetInt64(5), row.GetInt64(6)), cancellationToken)];
    }

    public async Task<ImmutableArray<SharedName>> SharedNamesAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default)
    {
        void Bind(NpgsqlParameterCollection parameters)
        {
            BindRange(parameters, access, range, server, limit);
            parameters.Instant("now", time.GetUtcNow());
        }

        var overlaps = await reader.ReadAsync(Shared, Bind, row => (
            Name: row.GetString(0), Older: row.GetInt32(1), Newer: row.GetInt32(2),
            From: row.GetFieldValue<DateTimeOffset>(3), To: row.GetFieldValue<DateTimeOffset>(4), IsTakeover: row.GetBoolean(5)), cancellationToken);
        int[] numbers = [.. overlaps.SelectMany(overlap => (int[])[overlap.Older, overlap.Newer]).Distinct()];
        Dictionary<int, SessionRecord> sessions = (await reader.ReadAsync(
            SessionColumns.Select + " WHERE number = ANY (@numbers)", parameters => parameters.AddWithValue("numbers", NpgsqlDbType.Array | NpgsqlDbType.Integer, numbers),
            SessionColumns.Read, cancellationToken)).ToDictionary(row => row.Number, row => row.Session);
        return [.. overlaps.Where(overlap => sessions.ContainsKey(overlap.Older) && sessions.ContainsKey(overlap.Newer))
            .Select(overlap => new SharedName(overlap.Name, sessions[overlap.Older], sessions[overlap.Newer], overlap.From, overlap.To, overlap.IsTakeover))];
    }

    public async Task<Page<LastSeen>> LastSeenAsync(ServerAccess access, DateTimeOffset? idleSince, string? cursor = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        LastSeenKey? after = PageCursor.Decode<LastSeenKey>(cursor);
        // One "now" for all pages: a name that is connected is as old as the first page.
        DateTimeOffset now = after?.AsOf ?? time.GetUtcNow();
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, null);
            parameters.Instant("idle_since", idleSince);
            parameters.Instant("now", now);
            parameters.AddWithValue("after_connected", NpgsqlDbType.Boolean, after?.IsConnected ?? false);
            parameters.Instant("after", after?.Last);
            parameters.Text("after_name", after?.CommonName);
            parameters.Number("limit", ReportParameters.Limit(limit) + 1);
        }

        List<LastSeen> rows = await reader.ReadAsync(Idle, Bind, row => new LastSeen(
            row.GetString(0), row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(2), row.GetBoolean(1), row.GetInt32(3),
            row.IsDBNull(5) ? null : row.GetString(5)), cancellationToken);
        return rows.Count <= limit
            ? new Page<LastSeen>([.. rows], null)
            : new Page<LastSeen>([.. rows.Take(limit)], PageCursor.Encode(new LastSeenKey(rows[limit - 1].IsConnected, rows[limit - 1].Last, rows[limit - 1].CommonName, now)));
    }

    public async Task<ClientRecord?> ClientAsync(ServerAccess access, string commonName, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, null);
            parameters.Text("client", commonName);
            parameters.Instant("now", now);
        }

        Task<List<Sighting>> SightingsAsync(string values) =>
            reader.ReadAsync(SightingsOf(values), Bind, row => new Sighting(
                row.GetString(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2), row.GetInt32(3)), cancellationToken);

        var totals = await reader.ReadAsync(Client, Bind, row => (
            Usernames: row.IsDBNull(0) ? [] : row.GetFieldValue<string[]>(0), First: row.GetFieldValue<DateTimeOffset>(1), Last: row.GetFieldValue<DateTimeOffset>(2),
            IsConnected: row.GetBoolean(3), Sessions: row.GetInt32(4), Received: row.GetInt64(5), Sent: row.GetInt64(6)), cancellationToken);
        if (totals is not [var total])
            return null;
        return new ClientRecord(
            commonName, [.. total.Usernames], total.First, total.Last, total.IsConnected, total.Sessions, total.Received, total.Sent,
            [.. await SightingsAsync("SELECT name FROM server WHERE server.id = session.server_id")],
            [.. await SightingsAsync($"SELECT DISTINCT {AddressSql.WithoutPort} FROM unnest(addresses) AS all_of_them (address)")],
            [.. await SightingsAsync("VALUES (platform)")]);
    }

    private static string SightingsOf(string values) => $"""
        SELECT value, min(LEAST(connected_since, first_seen)) AS first, max(COALESCE(ended_not_before, @now)) AS last, count(DISTINCT number)::int
        FROM session CROSS JOIN LATERAL ({values}) AS seen (value)
        WHERE user_id = ANY (ARRAY(SELECT id FROM vpn_user WHERE person = @client)) AND {ServerFilter.ById} AND value IS NOT NULL
        GROUP BY value ORDER BY last DESC, value LIMIT 100
        """;

    private static void BindRange(NpgsqlParameterCollection parameters, ServerAccess access, HistoryRange range, string? server, int limit)
    {
        parameters.Instant("from", range.From);
        parameters.Instant("to", range.To);
        parameters.Servers(access, server);
        parameters.Number("limit", ReportParameters.Limit(limit));
    }

    private sealed record Key(DateTimeOffset ConnectedSince, int Number);

    private sealed record LastSeenKey(bool IsConnected, DateTimeOffset Last, string CommonName, DateTimeOffset AsOf);
}
