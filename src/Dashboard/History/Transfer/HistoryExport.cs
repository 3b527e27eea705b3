using System.Runtime.CompilerServices;

using Dashboard.Access;
using Dashboard.History.Reports;
using Dashboard.Live;

using Npgsql;

namespace Dashboard.History.Transfer;

/// <summary>All of something, as the database sends it: for answers that are too long for memory. Throws as <see cref="ITrafficReports"/> does.</summary>
internal sealed class HistoryExport(HistoryReader reader)
{
    // No order within a day: that would be to keep the day.
    private const string OfADay = $"""
        SELECT minute, session.id, server.name, common_name, traffic.received, traffic.sent, covers_seconds, gap_from
        FROM traffic_minute AS traffic JOIN session ON session.number = traffic.session JOIN server ON server.id = session.server_id JOIN vpn_user ON vpn_user.id = session.user_id
        WHERE minute >= @from AND minute < @to AND {ServerFilter.ById} AND (@client::text IS NULL OR person = @client)
        """;

    /// <summary>Sessions, those that began last first. Of the query, the cursor and the limit do not count.</summary>
    public async IAsyncEnumerable<SessionRecord> SessionsAsync(ServerAccess access, SessionQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ReportQuery sql = SessionReports.Query(access, query with { Cursor = null }, limit: null);
        await foreach ((_, SessionRecord session) in reader.StreamAsync(sql.Sql, sql.Bind, SessionColumns.Read, timeout: 0, cancellationToken))
            yield return session;
    }

    /// <summary>Events, the newest first. Of the query, the cursor and the limit do not count.</summary>
    public IAsyncEnumerable<EventRecord> EventsAsync(ServerAccess access, EventQuery query, CancellationToken cancellationToken)
    {
        ReportQuery sql = EventReports.Query(access, query with { Cursor = null }, limit: null);
        return reader.StreamAsync(sql.Sql, sql.Bind, EventReports.Read, timeout: 0, cancellationToken);
    }

    /// <summary>The raw rows that the sums are made of, day by day; as far back as minutes are kept.</summary>
    public async IAsyncEnumerable<TrafficMinute> MinutesAsync(ServerAccess access, HistoryRange range, string? server, string? commonName, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (DateTimeOffset from = range.From; from < range.To;)
        {
            DateTimeOffset midnight = new(from.UtcDateTime.Date.AddDays(1), TimeSpan.Zero);
            DateTimeOffset to = midnight < range.To ? midnight : range.To;
            DateTimeOffset begin = from;
            void Bind(NpgsqlParameterCollection parameters)
            {
                parameters.Servers(access, server);
                parameters.Text("client", commonName);
                parameters.Instant("from", begin);
                parameters.Instant("to", to);
            }

            await foreach (TrafficMinute row in reader.StreamAsync(OfADay, Bind, Read, timeout: 0, cancellationToken))
                yield return row;
            from = to;
        }
    }

    private static TrafficMinute Read(NpgsqlDataReader row) => new(
        row.GetFieldValue<DateTimeOffset>(0), new SessionId(row.GetGuid(1)), row.GetString(2), row.GetString(3), row.GetInt64(4), row.GetInt64(5), row.GetInt32(6),
        row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7));
}
