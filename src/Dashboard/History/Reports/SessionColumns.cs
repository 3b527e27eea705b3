using Dashboard.Live;

using Npgsql;

namespace Dashboard.History.Reports;

/// <summary>A session as the reports read it.</summary>
internal static class SessionColumns
{
    public const string Select = """
        SELECT number, session.id, server.name, common_name, username, cid, real_address, addresses, virtual_address, virtual_address6, platform, cipher,
            connected_since, first_seen, last_seen, ended_not_before, ended_not_after, end_reason, received, sent
        FROM session JOIN server ON server.id = session.server_id JOIN vpn_user ON vpn_user.id = session.user_id
        """;

    public static (int Number, SessionRecord Session) Read(NpgsqlDataReader row) => (row.GetInt32(0), new SessionRecord(
        new SessionId(row.GetGuid(1)),
        row.GetString(2),
        row.GetString(3),
        row.GetString(4) is { Length: > 0 } username ? username : null,
        row.GetInt64(5),
        row.GetString(6),
        [.. row.GetFieldValue<string[]>(7)],
        Text(row, 8),
        Text(row, 9),
        Text(row, 10),
        Text(row, 11),
        row.GetFieldValue<DateTimeOffset>(12),
        row.GetFieldValue<DateTimeOffset>(13),
        row.GetFieldValue<DateTimeOffset>(14),
        row.IsDBNull(15) ? null : row.GetFieldValue<DateTimeOffset>(15),
        row.IsDBNull(16) ? null : row.GetFieldValue<DateTimeOffset>(16),
        Text(row, 17),
        row.GetInt64(18),
        row.GetInt64(19)));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
