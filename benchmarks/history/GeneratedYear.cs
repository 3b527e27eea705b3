using System.Diagnostics;
using System.Globalization;

using Dashboard.History.Schema;

using Npgsql;

namespace History.Benchmarks;

/// <summary>
/// A year of history that nobody lived through. Partitions are filled on the side, several at once, and get their indexes when
/// they are joined to the others: these are denser than what grows row by row, which a report over warm pages hardly feels.
/// </summary>
internal sealed class GeneratedYear(HistoryLab lab, int clients, int clientsWithMinutes, int servers)
{
    public const int ClientsPerServer = 100;
    public const int EventDays = 60;

    /// <summary>It stands in three events of the last 30 days.</summary>
    public const string RareWord = "quokka";

    /// <summary>It stands in every second event.</summary>
    public const string CommonWord = "peer";

    private const int EventsADayAndClient = 20;

    private readonly DateOnly _today = DateOnly.FromDateTime(DateTime.UtcNow);
    private readonly long _began = Stopwatch.GetTimestamp();

    /// <summary>A hundredth of the clients, though never so few that searching is easy.</summary>
    private int ClientsWithEvents => Math.Min(clients, Math.Max(500, clients / 100));

    /// <summary>Names and servers, and for the first of the clients one session each that lasts all the time.</summary>
    public static Task PeopleAsync(HistoryLab lab, int clients, int servers, int living) => lab.ExecuteAsync(Sql($"""
        INSERT INTO server (name) SELECT 'server-' || i FROM generate_series(1, {servers}) AS i;
        INSERT INTO vpn_user (common_name, username) SELECT 'client-' || i, '' FROM generate_series(1, {clients}) AS i;
        {Sessions($"SELECT i, now() - interval '366 days' AS t, now() AS ended FROM generate_series(1, {living}) AS i", servers)}
        """));

    /// <summary>Whether the database holds such a year to its end already.</summary>
    public async Task<bool> IsMadeAsync()
    {
        await using NpgsqlCommand command = lab.DataSource.CreateCommand("SELECT (SELECT count(*) FROM vpn_user) = $1 AND EXISTS (SELECT FROM server_month)");
        command.Parameters.Add(new() { Value = (long)clients });
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Hours and days for everybody, minutes of 30 days for some, sessions of each day, events of 60 days.</summary>
    public async Task MakeAsync()
    {
        foreach (PartitionedTable table in (PartitionedTable[])[PartitionedTable.TrafficDay, PartitionedTable.ServerHour])
            await lab.PartitionAsync(table, _today.AddDays(-366), 368);
        await PeopleAsync(lab, clients, servers, clientsWithMinutes);
        await SessionsAsync();
        Tell("sessions");
        await ForEachAsync(PartitionedTable.TrafficHour, 365, HoursAsync);
        await ForEachAsync(PartitionedTable.Traffic, 30, MinutesAsync);
        await ForEachAsync(PartitionedTable.Event, EventDays - 1, EventsAsync);
        await lab.ExecuteAsync("""
            INSERT INTO traffic_month SELECT sum(received), sum(sent), date_trunc('month', day)::date, server_id, user_id FROM traffic_day GROUP BY 3, server_id, user_id;
            INSERT INTO server_month SELECT server_id, date_trunc('month', hour, 'UTC')::date, sum(received), sum(sent), 1, 1, max(peak_clients), 8640, now() FROM server_hour GROUP BY server_id, 2
            """);
        Tell("months");
        await lab.ExecuteAsync("VACUUM ANALYZE");
        Tell("vacuum");
    }

    /// <summary>A tenth of the clients for an hour each day; and a hundredth that come ten times, for five minutes each, every week.</summary>
    private Task SessionsAsync() => lab.ExecuteAsync(Sessions(Sql($"""
        SELECT i, t, t + interval '1 hour' AS ended FROM generate_series(0, 365) AS day, generate_series(1 + day % 10, {clients}, 10) AS i,
            LATERAL (SELECT ({Midnight(_today)} - day * interval '1 day') + i * interval '1 second' AS t) AS times
        WHERE i > {clientsWithMinutes} OR i % 50 = 0
        UNION ALL
        SELECT i, t, t + interval '5 minutes' FROM generate_series(1, 365, 7) AS day, generate_series(1, {clients}, 100) AS i, generate_series(0, 9) AS again,
            LATERAL (SELECT ({Midnight(_today)} - day * interval '1 day') + again * interval '6 minutes' AS t) AS times
        ORDER BY 2
        """), servers));

    private async Task HoursAsync(string partition, DateOnly begin, DateOnly end)
    {
        for (DateOnly day = begin; day < end; day = day.AddDays(1))
        {
            string hours = Sql($"""
                SELECT {Midnight(day)} + h * interval '1 hour' AS hour, (i::bigint * 7919 + h) % 1000003 AS received, (i::bigint * 104729 + h) % 10000019 AS sent, 1 + i % {servers} AS server_id, i AS user_id
                FROM generate_series(0, 23) AS h, generate_series(1, {clients}) AS i
                """);
            await lab.ExecuteAsync($"""
                INSERT INTO {partition} (hour, received, sent, server_id, user_id) {hours};
                INSERT INTO traffic_day (received, sent, day, server_id, user_id) SELECT sum(received), sum(sent), '{day:yyyy-MM-dd}', server_id, user_id FROM ({hours}) AS hours GROUP BY server_id, user_id;
                INSERT INTO server_hour (server_id, hour, received, sent, peak_clients, received_by_five, sent_by_five)
                SELECT COALESCE(server_id, 0), hour, sum(received), sum(sent), count(*), array_fill((sum(received) / 12)::bigint, ARRAY[12]), array_fill((sum(sent) / 12)::bigint, ARRAY[12])
                FROM ({hours}) AS hours GROUP BY GROUPING SETS ((server_id, hour), (hour))
                """);
        }
    }

    private Task MinutesAsync(string partition, DateOnly begin, DateOnly end) => lab.ExecuteAsync(Sql($"""
        INSERT INTO {partition} (minute, received, sent, session, covers_seconds, gap_from)
        SELECT {Midnight(begin)} + m * interval '1 minute', (i * 7919 + m) % 100003, (i::bigint * 104729 + m) % 1000003, i, 60, NULL
        FROM generate_series(0, 1439) AS m, generate_series(1, {clientsWithMinutes}) AS i
        """));

    private Task EventsAsync(string partition, DateOnly begin, DateOnly end) => lab.ExecuteAsync(Sql($"""
        INSERT INTO {partition} (at, server_id, kind, severity, client, address, text)
        SELECT {Midnight(begin)} + (n * 3600 + i % 3600) * interval '1 second', 1 + i % {servers}, 0, 1, client, address, client || '/' || address || ' ' || (ARRAY[
            'peer info: IV_VER=2.6.14', 'peer info: IV_PLAT=linux', 'MULTI_sva: pool returned IPv4=10.80.' || i / 250 || '.' || i % 250 || ', IPv6=fd00:80::1000',
            'Peer Connection Initiated with [AF_INET]' || address, 'TLS: move_session: dest=TM_ACTIVE src=TM_INITIAL reinit_src=1',
            'Data Channel: cipher ''AES-256-GCM'', peer-id: 0', 'Timers: ping 5, ping-restart 40', 'SIGTERM[soft,remote-exit] received, client-instance exiting'])[1 + n % 8]
            || CASE WHEN i = 7 AND n = 3 AND {begin.DayNumber % 10} = 0 THEN ' {RareWord}' ELSE '' END
        FROM generate_series(0, {EventsADayAndClient - 1}) AS n, generate_series(1, {ClientsWithEvents}) AS i,
            LATERAL (SELECT 'client-' || i AS client, '198.51.' || i / 250 % 250 || '.' || i % 250 || ':' || 1024 + i AS address) AS subject
        UNION ALL
        SELECT {Midnight(begin)} + n * interval '40 seconds', 1 + n % {servers}, 4, 2, NULL, '203.0.113.' || n % 50 || ':' || 1024 + n,
            '203.0.113.' || n % 50 || ':' || 1024 + n || ' TLS Error: TLS key negotiation failed to occur within 60 seconds (check your network connectivity)'
        FROM generate_series(1, 2000) AS n
        ORDER BY 1
        """));

    private async Task ForEachAsync(PartitionedTable table, int daysAgo, Func<string, DateOnly, DateOnly, Task> fill)
    {
        DateOnly tomorrow = _today.AddDays(1);
        DateOnly first = _today.AddDays(-daysAgo);
        DateOnly[] partitions = [.. Enumerable.Range(0, daysAgo + 1).Select(day => table.BeginOf(first.AddDays(day))).Distinct()];
        int done = 0;
        await Parallel.ForEachAsync(partitions, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, async (begin, _) =>
        {
            string name = table.PartitionOf(begin);
            DateOnly end = table.EndOf(begin);
            await lab.ExecuteAsync($"CREATE TABLE {name} (LIKE {table.Name} INCLUDING DEFAULTS)");
            await fill(name, begin > first ? begin : first, end < tomorrow ? end : tomorrow);
            await lab.ExecuteAsync($"SET maintenance_work_mem = '256MB'; ALTER TABLE {table.Name} ATTACH PARTITION {name} FOR VALUES FROM ({Midnight(begin)}) TO ({Midnight(end)})");
            if (Interlocked.Increment(ref done) is var n && (table.Span is PartitionSpan.Month || n % 10 == 0 || n == partitions.Length))
                Tell($"{table.Name}: {n} of {partitions.Length} partitions");
        });
    }

    private void Tell(string what) =>
        Console.WriteLine(Sql($"{Stopwatch.GetElapsedTime(_began).TotalSeconds,6:0} s  {what}"));

    /// <param name="source">Rows of <c>i</c> (the client), <c>t</c> and <c>ended</c>.</param>
    private static string Sessions(string source, int servers) => Sql($"""
        INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, virtual_address, first_seen, last_seen, ended_not_before, ended_not_after, received, sent)
        SELECT gen_random_uuid(), 1 + i % {servers}, i, i, t, address, ARRAY[address], '10.' || i / 62500 % 250 || '.' || i / 250 % 250 || '.' || i % 250, t, ended, ended, ended, i, i
        FROM ({source}) AS sessions, LATERAL (SELECT '198.51.' || i / 250 % 250 || '.' || i % 250 || ':' || 1024 + i % 60000 AS address) AS addresses
        """);

    private static string Midnight(DateOnly day) => Sql($"'{day:yyyy-MM-dd} 00:00:00+00'::timestamptz");

    private static string Sql(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
