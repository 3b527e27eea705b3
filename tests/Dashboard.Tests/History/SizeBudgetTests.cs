using System.Globalization;

using Dashboard.History.Schema;

namespace Dashboard.Tests.History;

/// <summary>500 servers with 100 clients each for a year, with the default retention, from the sizes that rows really have.</summary>
public sealed class SizeBudgetTests : IAsyncLifetime
{
    private const long Clients = 500 * 100;
    private const long Servers = 500;
    private const long Gigabyte = 1_000_000_000;

    /// <summary>What a daemon logs of a client that connects and leaves, at <c>verb 3</c>.</summary>
    private static readonly string[] s_connectionLines =
    [
        "FROM VERIFY OK: depth=1, CN=vpnlab throwaway CA",
        "FROM VERIFY OK: depth=0, CN=NAME",
        "FROM peer info: IV_VER=2.6.14",
        "FROM peer info: IV_PLAT=linux",
        "FROM peer info: IV_TCPNL=1",
        "FROM peer info: IV_MTU=1600",
        "FROM peer info: IV_NCP=2",
        "FROM peer info: IV_CIPHERS=AES-256-GCM:AES-128-GCM:CHACHA20-POLY1305",
        "FROM peer info: IV_PROTO=990",
        "FROM TLS: move_session: dest=TM_ACTIVE src=TM_INITIAL reinit_src=1",
        "FROM TLS: tls_multi_process: initial untrusted session promoted to trusted",
        "FROM Control Channel: TLSv1.3, cipher TLSv1.3 TLS_AES_256_GCM_SHA384, peer certificate: 256 bits ECprime256v1, signature: ecdsa-with-SHA256, peer temporary key: 253 bits X25519",
        "FROM [NAME] Peer Connection Initiated with [AF_INET]FROM",
        "NAME/FROM MULTI_sva: pool returned IPv4=10.80.0.2, IPv6=fd00:80::1000",
        "NAME/FROM MULTI: Learn: 10.80.0.2 -> NAME/FROM",
        "NAME/FROM MULTI: primary virtual IP for NAME/FROM: 10.80.0.2",
        "NAME/FROM SENT CONTROL [NAME]: 'PUSH_REPLY,tun-ipv6,route-gateway 10.80.0.1,topology subnet,ping 5,ping-restart 20,ifconfig-ipv6 fd00:80::1000/64 fd00:80::1,ifconfig 10.80.0.2 255.255.255.0,peer-id 0,cipher AES-256-GCM' (status=1)",
        "NAME/FROM Data Channel: cipher 'AES-256-GCM', peer-id: 0",
        "NAME/FROM Timers: ping 5, ping-restart 40",
        "NAME/FROM SIGTERM[soft,remote-exit] received, client-instance exiting",
    ];

    private HistoryLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    /// <summary>
    /// The worst that clients can do: each is connected all day, moves something in every minute, and comes back once a day,
    /// of which its server writes 20 lines. No minute moves more than 2 GiB in one direction: such a row takes 8 bytes more.
    /// </summary>
    [Fact]
    public async Task A_year_of_500_servers_with_100_clients_fits_into_200_gigabytes()
    {
        await PartitionAsync(PartitionedTable.Traffic, PartitionedTable.TrafficHour, PartitionedTable.TrafficDay, PartitionedTable.ServerHour, PartitionedTable.Event);
        (string Table, long Rows, string Insert)[] tables =
        [
            ("traffic", Clients * 1440 * 30, "INSERT INTO traffic (minute, received, sent, session, covers_seconds, gap_from) SELECT '2026-03-01 00:00:00+00'::timestamptz + m * interval '1 minute', 123456789, 987654321, s, 60, NULL FROM generate_series(0, 199) m, generate_series(1, 500) s"),
            ("traffic_hour", Clients * 24 * 365, "INSERT INTO traffic_hour (hour, received, sent, server_id, user_id) SELECT '2026-03-01 00:00:00+00'::timestamptz + h * interval '1 hour', 123456789012, 987654321098, u / 100, u FROM generate_series(0, 99) h, generate_series(1, 1000) u"),
            ("traffic_day", Clients * 365, "INSERT INTO traffic_day (received, sent, day, server_id, user_id) SELECT 123456789012, 987654321098, '2026-03-01'::date + d, u / 100, u FROM generate_series(0, 99) d, generate_series(1, 500) u"),
            ("traffic_month", Clients * 12, "INSERT INTO traffic_month (received, sent, month, server_id, user_id) SELECT 123456789012, 987654321098, '2026-03-01', u / 100, u FROM generate_series(1, 20000) u"),
            ("server_hour", (Servers + 1) * 24 * 365, "INSERT INTO server_hour (server_id, hour, received, sent, peak_clients, received_by_five, sent_by_five) SELECT s, '2026-03-01 00:00:00+00'::timestamptz + h * interval '1 hour', 123456789012, 987654321098, 100, array_fill(12345678901, ARRAY[12]), array_fill(98765432109, ARRAY[12]) FROM generate_series(0, 99) h, generate_series(1, 100) s"),
            ("session", Clients * 365, """
                WITH place AS (INSERT INTO server (name) VALUES ('a-server-of-usual-length') RETURNING id),
                     people AS (INSERT INTO vpn_user (common_name, username) SELECT 'client-' || u || '.example.net', '' FROM generate_series(1, 1000) u RETURNING id)
                INSERT INTO session (id, server_id, user_id, cid, connected_since, real_address, addresses, virtual_address, virtual_address6, platform, cipher,
                    first_seen, last_seen, ended_not_before, ended_not_after, end_reason, received, sent)
                SELECT gen_random_uuid(), place.id, people.id, d, t, '198.51.100.123:51820', ARRAY['198.51.100.123:51820'], '10.8.12.34', 'fd00:80::1234', 'win 2.6.14', 'AES-256-GCM',
                    t, t, t, t, 'SIGTERM[soft,remote-exit]', 123456789012, 987654321098
                FROM place, people, generate_series(1, 20) d, LATERAL (SELECT '2026-03-01 00:00:00+00'::timestamptz + d * interval '1 day' + people.id * interval '1 second' AS t) AS times
                """),
            ("event", Clients * s_connectionLines.Length * 60, $$"""
                INSERT INTO event (at, server_id, kind, severity, client, address, text)
                SELECT '2026-03-01 00:00:00+00'::timestamptz + u * interval '1 second', u % 100, 0, 0, CASE WHEN line LIKE '%NAME/%' THEN name END, address, replace(replace(line, 'NAME', name), 'FROM', address)
                FROM generate_series(1, 5000) u, unnest(ARRAY[{{string.Join(", ", s_connectionLines.Select(line => $"'{line.Replace("'", "''", StringComparison.Ordinal)}'"))}}]) AS lines (line),
                    LATERAL (SELECT 'client-' || u || '.example.net' AS name, '198.51.100.' || u % 250 || ':' || 1024 + u AS address) AS subject
                """),
            ("watch", Servers * 365, "INSERT INTO watch (server_id, began, until) SELECT id, t, t + interval '1 day' FROM server, generate_series(1, 1000) d, LATERAL (SELECT '2026-03-01 00:00:00+00'::timestamptz + d * interval '1 day' AS t) AS times"),
        ];

        double total = 0;
        foreach ((string table, long rows, string insert) in tables)
        {
            await _lab.ExecuteAsync(insert);
            await _lab.ExecuteAsync($"VACUUM {table}"); // words wait beside their index until then
            double bytes = await SizeAsync(table) / (double)await _lab.ScalarAsync<long>($"SELECT count(*) FROM {table}");
            TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{table}: {bytes:0.0} bytes a row, {rows:N0} rows, {bytes * rows / Gigabyte:0.0} GB"));
            total += bytes * rows;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Together {total / Gigabyte:0.0} GB"));
        Assert.InRange(total, 50.0 * Gigabyte, 200.0 * Gigabyte);
    }

    private Task<long> SizeAsync(string table) => _lab.ScalarAsync<long>(
        $"SELECT (pg_total_relation_size('{table}') + COALESCE((SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = '{table}'::regclass AND pg_relation_size(inhrelid) > 0), 0))::bigint");

    private async Task PartitionAsync(params PartitionedTable[] tables)
    {
        foreach (PartitionedTable table in tables)
            await Partitions.CreateAsync(_lab.Dashboard.DataSource, table, Enumerable.Range(0, 130).Select(new DateOnly(2026, 3, 1).AddDays), TestContext.Current.CancellationToken);
    }
}
