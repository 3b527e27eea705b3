using System.Globalization;

using Dashboard.History.Schema;

namespace Dashboard.Tests.History;

/// <summary>500 servers with 100 clients each for a year, with the default retention, from the sizes that rows really have.</summary>
public sealed class SizeBudgetTests : IAsyncLifetime
{
    private const long Clients = 500 * 100;
    private const long Servers = 500;
    private const long Gigabyte = 1_000_000_000;

    private HistoryLab _lab = null!;

    public async ValueTask InitializeAsync() => _lab = await HistoryLab.StartAsync();

    public ValueTask DisposeAsync() => _lab.DisposeAsync();

    /// <summary>The worst that clients can do: each is connected all day, moves something in every minute, and comes back once a day.</summary>
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
        ];

        double total = 0;
        foreach ((string table, long rows, string insert) in tables)
        {
            await _lab.ExecuteAsync(insert);
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
