using System.Globalization;

using Dashboard.History.Schema;

namespace History.Benchmarks;

/// <summary>A year of history that nobody lived through.</summary>
internal static class GeneratedYear
{
    public const int ClientsPerServer = 100;

    /// <summary>Names and servers, and one session for each client that is over.</summary>
    public static Task PeopleAsync(HistoryLab lab, int clients, int servers) => lab.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
        INSERT INTO server (name) SELECT 'server-' || i FROM generate_series(1, {servers}) AS i;
        INSERT INTO vpn_user (common_name, username) SELECT 'client-' || i, '' FROM generate_series(1, {clients}) AS i;
        INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, first_seen, last_seen, ended_not_before, ended_not_after, received, sent)
        SELECT gen_random_uuid(), 1 + i % {servers}, i, i, now() - interval '366 days', '198.51.100.1:1194', ARRAY['198.51.100.1:1194'],
            now() - interval '366 days', now(), now(), now(), 0, 0
        FROM generate_series(1, {clients}) AS i
        """));

    /// <summary>Hours and days for everybody, minutes of 30 days for some, sessions of each day, events.</summary>
    public static async Task MakeAsync(HistoryLab lab, int clients, int clientsWithMinutes, int servers)
    {
        DateOnly today = DateOnly.FromDateTime(DateTime.UtcNow);
        await lab.PartitionAsync(PartitionedTable.Traffic, today.AddDays(-31), 33);
        foreach (PartitionedTable table in (PartitionedTable[])[PartitionedTable.TrafficHour, PartitionedTable.TrafficDay, PartitionedTable.ServerHour])
            await lab.PartitionAsync(table, today.AddDays(-366), 368);
        await PeopleAsync(lab, clients, servers);
        for (int day = 365; day >= 0; day--)
        {
            string begin = today.AddDays(-day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            await lab.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
                INSERT INTO traffic_hour SELECT '{begin} 00:00:00+00'::timestamptz + h * interval '1 hour', (i * 7919 + h) % 1000003, (i * 104729 + h) % 10000019, 1 + i % {servers}, i
                FROM generate_series(0, 23) AS h, generate_series(1, {clients}) AS i;
                INSERT INTO traffic_day SELECT sum(received), sum(sent), '{begin}', server_id, user_id FROM traffic_hour
                WHERE hour >= '{begin} 00:00:00+00' AND hour < '{begin} 00:00:00+00'::timestamptz + interval '1 day' GROUP BY server_id, user_id;
                INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, first_seen, last_seen, ended_not_before, ended_not_after, received, sent)
                SELECT gen_random_uuid(), 1 + i % {servers}, i, i, t, '198.51.100.1:1194', ARRAY['198.51.100.1:1194'], t, t + interval '1 hour', t + interval '1 hour', t + interval '1 hour', i, i
                FROM generate_series(1 + {day % 10}, {clients}, 10) AS i, LATERAL (SELECT '{begin} 00:00:00+00'::timestamptz + i * interval '1 second' AS t) AS times
                """));
            if (day <= 30)
            {
                await lab.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
                    INSERT INTO traffic SELECT '{begin} 00:00:00+00'::timestamptz + m * interval '1 minute', (i * 7919 + m) % 100003, (i * 104729 + m) % 1000003, i, 60, NULL
                    FROM generate_series(0, 1439) AS m, generate_series(1, {clientsWithMinutes}) AS i
                    """));
            }
        }
        await lab.ExecuteAsync("""
            INSERT INTO traffic_month SELECT sum(received), sum(sent), date_trunc('month', day)::date, server_id, user_id FROM traffic_day GROUP BY 3, server_id, user_id;
            INSERT INTO server_hour (server_id, hour, received, sent, peak_clients, received_by_five, sent_by_five)
            SELECT COALESCE(server_id, 0), hour, sum(received), sum(sent), count(*), array_fill((sum(received) / 12)::bigint, ARRAY[12]), array_fill((sum(sent) / 12)::bigint, ARRAY[12])
            FROM traffic_hour GROUP BY GROUPING SETS ((server_id, hour), (hour));
            INSERT INTO server_month SELECT server_id, date_trunc('month', hour)::date, sum(received), sum(sent), 1, 1, max(peak_clients), 8640, now() FROM server_hour GROUP BY server_id, 2
            """);
        await lab.ExecuteAsync("VACUUM ANALYZE");
    }
}
