using System.Collections.Immutable;

using Dashboard.Access;
using Dashboard.Fleet;
using Dashboard.Live;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Reports;

/// <inheritdoc cref="IEventReports"/>
internal sealed class EventReports(HistoryReader reader) : IEventReports
{
    private const int MaxSearch = 500;

    private const string Failed = $"""
        SELECT server.name, {AddressSql.WithoutPort} AS source, client, count(*)::int, min(at), max(at), (array_agg(text ORDER BY at DESC, event.id DESC))[1]
        FROM event JOIN server ON server.id = event.server_id
        WHERE kind = 4 AND at >= @from AND at < @to AND {ServerFilter.ById}
        GROUP BY server.name, source, client ORDER BY count(*) DESC, max(at) DESC LIMIT @limit
        """;

    public async Task<Page<EventRecord>> FindAsync(ServerAccess access, EventQuery query, CancellationToken cancellationToken = default)
    {
        int limit = ReportParameters.Limit(query.Limit);
        ReportQuery sql = Query(access, query, limit + 1);
        List<EventRecord> rows = await reader.ReadAsync(sql.Sql, sql.Bind, Read, cancellationToken);
        return rows.Count <= limit
            ? new Page<EventRecord>([.. rows], null)
            : new Page<EventRecord>([.. rows.Take(limit)], PageCursor.Encode(new Key(rows[limit - 1].At, rows[limit - 1].Id)));
    }

    /// <summary>The newest first.</summary>
    /// <param name="limit">Null for all.</param>
    public static ReportQuery Query(ServerAccess access, EventQuery query, int? limit)
    {
        if (query.Text?.Length > MaxSearch)
            throw new HistoryQueryException($"The text to look for is longer than {MaxSearch} characters.");
        Key? after = PageCursor.Decode<Key>(query.Cursor);
        // Only what was asked for stands in the query, so that the planner can see it.
        List<string> conditions = ["at >= @from", "at < @to"];
        switch (ServerFilter.Names(access, query.Server))
        {
            case [_]:
                conditions.Add("server_id = (SELECT id FROM server WHERE name = @servers[1])");
                break;
            case not null:
                conditions.Add(ServerFilter.ById);
                break;
        }
        if (!query.Kinds.IsDefaultOrEmpty)
            conditions.Add("kind = ANY (@kinds)");
        if (query.AtLeast is not null)
            conditions.Add("severity >= @severity");
        if (query.Client is not null)
            conditions.Add("client = @client");
        if (!string.IsNullOrWhiteSpace(query.Text))
            conditions.Add("to_tsvector('simple', text) @@ websearch_to_tsquery('simple', @text)");
        if (after is not null)
            conditions.Add("(at, event.id) < (@after, @after_id)");
        string sql = $"""
            SELECT event.id, at, server.name, kind, severity, client, address, text FROM event JOIN server ON server.id = event.server_id
            WHERE {string.Join(" AND ", conditions)} ORDER BY at DESC, event.id DESC LIMIT @limit
            """;
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Instant("from", query.Range.From);
            parameters.Instant("to", query.Range.To);
            parameters.Servers(access, query.Server);
            parameters.AddWithValue("kinds", NpgsqlDbType.Array | NpgsqlDbType.Smallint, query.Kinds.IsDefault ? [] : query.Kinds.Select(kind => (short)kind).ToArray());
            parameters.AddWithValue("severity", NpgsqlDbType.Smallint, (short)(query.AtLeast ?? LogSeverity.Debug));
            parameters.Text("client", query.Client);
            parameters.AddWithValue("text", NpgsqlDbType.Text, StoredText.CleanAndCut(query.Text ?? "", MaxSearch));
            parameters.Instant("after", after?.At);
            parameters.Number("after_id", after?.Id);
            parameters.Number("limit", (long?)limit);
        }

        return new ReportQuery(sql, Bind);
    }

    public async Task<ImmutableArray<FailedAttempts>> FailedAttemptsAsync(ServerAccess access, HistoryRange range, string? server, int limit = 100, CancellationToken cancellationToken = default)
    {
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Instant("from", range.From);
            parameters.Instant("to", range.To);
            parameters.Servers(access, server);
            parameters.Number("limit", ReportParameters.Limit(limit));
        }

        return [.. await reader.ReadAsync(Failed, Bind, row => new FailedAttempts(
            row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), row.GetInt32(3),
            row.GetFieldValue<DateTimeOffset>(4), row.GetFieldValue<DateTimeOffset>(5), row.GetString(6)), cancellationToken)];
    }

    public static EventRecord Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), (ServerEventKind)row.GetInt16(3), (LogSeverity)row.GetInt16(4),
        row.IsDBNull(5) ? null : row.GetString(5), row.IsDBNull(6) ? null : row.GetString(6), row.GetString(7));

    private sealed record Key(DateTimeOffset At, long Id);
}
