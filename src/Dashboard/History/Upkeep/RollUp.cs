using System.Data;
using System.Globalization;

using Dashboard.History.Schema;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Upkeep;

/// <summary>
/// Adds up hours from minutes, days from hours, months from days. Each period is one transaction that takes the marks away
/// which it sees and makes the sums anew: however often it runs the sums are the same, and what comes late makes a mark again.
/// </summary>
internal sealed class RollUp(NpgsqlDataSource dataSource)
{
    // Where the source of the sums has been dropped they cannot be made anew. What comes so late is added to them, and
    // taken out of the source in the same transaction and of the same snapshot: what is committed between the two statements
    // is neither added nor taken.
    private const string DropHour = "DELETE FROM traffic_hour WHERE hour = @from";
    private const string TakeMinutes = "DELETE FROM traffic WHERE minute >= @from AND minute < @to";
    private const string DropDay = "DELETE FROM traffic_day WHERE day = @day";
    private const string TakeHours = "DELETE FROM traffic_hour WHERE hour >= @from AND hour < @to";

    // One pass over the minutes for the clients and the servers. The peak is a walk over the comings and goings of the hour;
    // a session that nobody has heard of for an hour counts for nobody, and one whose end nobody saw until it was last seen.
    // Server 0 is all of them together.
    private static readonly string s_addHour = $$"""
        WITH slots AS MATERIALIZED (
            SELECT session.server_id, session.user_id, extract(epoch FROM minute - @from)::int / 300 AS slot,
                sum(traffic.received) AS received, sum(traffic.sent) AS sent,
                sum(traffic.received) FILTER (WHERE gap_from IS NOT NULL OR covers_seconds > 300) AS uneven_received,
                sum(traffic.sent) FILTER (WHERE gap_from IS NOT NULL OR covers_seconds > 300) AS uneven_sent
            FROM traffic_minute AS traffic JOIN session ON session.number = traffic.session
            WHERE minute >= @from AND minute < @to
            GROUP BY 1, 2, 3
        ), clients AS (
            INSERT INTO traffic_hour (hour, received, sent, server_id, user_id)
            SELECT @from, sum(received), sum(sent), server_id, user_id FROM slots GROUP BY server_id, user_id
        ), alive AS MATERIALIZED (
            SELECT server_id, GREATEST(LEAST(connected_since, first_seen), @from) AS began, ended_not_before AS ended FROM session
            WHERE LEAST(connected_since, first_seen) < @to
              AND ((ended_not_after > @from AND ended_not_before > @from) OR (ended_not_after IS NULL AND last_seen > @from - interval '1 hour'))
        ), changes AS (
            SELECT server_id, began AS at, 1 AS change FROM alive UNION ALL SELECT server_id, ended, -1 FROM alive WHERE ended < @to
            UNION ALL SELECT 0, began, 1 FROM alive UNION ALL SELECT 0, ended, -1 FROM alive WHERE ended < @to
        ), running AS (
            SELECT server_id, sum(sum(change)) OVER (PARTITION BY server_id ORDER BY at) AS clients FROM changes GROUP BY server_id, at
        ), peaks AS (
            SELECT server_id, max(clients) AS peak FROM running GROUP BY server_id
        ), sums AS (
            SELECT COALESCE(server_id, 0) AS server_id, sum(received) AS received, sum(sent) AS sent,
                {{FiveMinutes("received")}} AS received_by_five, {{FiveMinutes("sent")}} AS sent_by_five,
                NULLIF({{FiveMinutes("uneven_received")}}, array_fill(0::bigint, ARRAY[12])) AS uneven_received_by_five,
                NULLIF({{FiveMinutes("uneven_sent")}}, array_fill(0::bigint, ARRAY[12])) AS uneven_sent_by_five
            FROM slots GROUP BY GROUPING SETS ((server_id), ())
        ), watched AS (
            SELECT DISTINCT server_id FROM watch WHERE began < @to AND until > @from
        )
        INSERT INTO server_hour (server_id, hour, received, sent, peak_clients, received_by_five, sent_by_five, uneven_received_by_five, uneven_sent_by_five)
        SELECT server_id, @from, COALESCE(sums.received, 0), COALESCE(sums.sent, 0), COALESCE(peak, 0),
            COALESCE(received_by_five, array_fill(0::bigint, ARRAY[12])), COALESCE(sent_by_five, array_fill(0::bigint, ARRAY[12])),
            uneven_received_by_five, uneven_sent_by_five
        FROM sums FULL JOIN peaks USING (server_id) FULL JOIN watched USING (server_id)
        ON CONFLICT (server_id, hour) DO UPDATE SET
        """;

    private static readonly string s_makeHour = s_addHour + """

            received = EXCLUDED.received, sent = EXCLUDED.sent, peak_clients = EXCLUDED.peak_clients,
            received_by_five = EXCLUDED.received_by_five, sent_by_five = EXCLUDED.sent_by_five,
            uneven_received_by_five = EXCLUDED.uneven_received_by_five, uneven_sent_by_five = EXCLUDED.uneven_sent_by_five
        """;

    private static readonly string s_addToHour = s_addHour + """

            received = server_hour.received + EXCLUDED.received, sent = server_hour.sent + EXCLUDED.sent,
            peak_clients = GREATEST(server_hour.peak_clients, EXCLUDED.peak_clients),
        """ + string.Join(", ", AddFiveMinutes("received_by_five"), AddFiveMinutes("sent_by_five"), AddFiveMinutes("uneven_received_by_five"), AddFiveMinutes("uneven_sent_by_five"));

    private const string AddDay = """
        INSERT INTO traffic_day (day, received, sent, server_id, user_id)
        SELECT @day, sum(received), sum(sent), server_id, user_id FROM traffic_hour
        WHERE hour >= @from AND hour < @to GROUP BY server_id, user_id
        """;

    private const string MakeMonth = """
        DELETE FROM traffic_month WHERE month = @day;

        INSERT INTO traffic_month (month, received, sent, server_id, user_id)
        SELECT @day, sum(received), sum(sent), server_id, user_id FROM traffic_day
        WHERE day >= @day AND day < @end GROUP BY server_id, user_id;

        WITH hours AS MATERIALIZED (
            SELECT * FROM server_hour WHERE hour >= @from AND hour < @to
        ), totals AS (
            SELECT server_id, sum(received) AS received, sum(sent) AS sent, max(peak_clients) AS peak FROM hours GROUP BY server_id
        ), samples AS (
            SELECT server_id, percentile_disc(0.95) WITHIN GROUP (ORDER BY five.received - COALESCE(uneven_received, 0)) / 300.0 AS received,
                percentile_disc(0.95) WITHIN GROUP (ORDER BY five.sent - COALESCE(uneven_sent, 0)) / 300.0 AS sent, count(*) AS samples
            FROM hours CROSS JOIN unnest(received_by_five, sent_by_five, uneven_received_by_five, uneven_sent_by_five)
                WITH ORDINALITY AS five (received, sent, uneven_received, uneven_sent, number)
            WHERE EXISTS ( -- five minutes of which somebody missed a part are no sample; 0 stands for all servers
                SELECT FROM watch WHERE (watch.server_id = hours.server_id OR hours.server_id = 0)
                    AND began <= hour + (number - 1) * interval '5 minutes' AND until >= hour + number * interval '5 minutes')
                AND hour + number * interval '5 minutes' <= @now
            GROUP BY server_id
        )
        INSERT INTO server_month (server_id, month, received, sent, received_95, sent_95, peak_clients, samples, as_of)
        SELECT server_id, @day, totals.received, totals.sent, COALESCE(samples.received, 0), COALESCE(samples.sent, 0), peak, COALESCE(samples, 0), @now
        FROM totals LEFT JOIN samples USING (server_id)
        ON CONFLICT (server_id, month) DO UPDATE SET
            received = EXCLUDED.received, sent = EXCLUDED.sent, received_95 = EXCLUDED.received_95, sent_95 = EXCLUDED.sent_95,
            peak_clients = EXCLUDED.peak_clients, samples = EXCLUDED.samples, as_of = EXCLUDED.as_of
        """;

    // What the sums were made from is as old as itself: its marks tell whether it holds everything.
    private const string KeepState = """
        INSERT INTO rollup_state (grain, as_of)
        SELECT @grain, LEAST(@now, @to, (SELECT as_of FROM rollup_state WHERE grain = @grain - 1 AND EXISTS (SELECT FROM rollup_due WHERE grain < @grain AND at <= @now)))
        ON CONFLICT (grain) DO UPDATE SET as_of = GREATEST(rollup_state.as_of, EXCLUDED.as_of)
        """;

    /// <summary>What has marks, the oldest first.</summary>
    public async Task<IReadOnlyList<RollUpPeriod>> DueAsync(RollUpGrain grain, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand("SELECT DISTINCT at FROM rollup_due WHERE grain = $1 ORDER BY at");
        command.Parameters.Add(new() { Value = (short)grain });
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        List<RollUpPeriod> due = [];
        while (await rows.ReadAsync(cancellationToken))
            due.Add(new RollUpPeriod(grain, rows.GetFieldValue<DateTimeOffset>(0)));
        return due;
    }

    public async Task RunAsync(RollUpPeriod period, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateOnly day = DateOnly.FromDateTime(period.From.UtcDateTime);
        if (period.Grain is RollUpGrain.Hour)
        {
            await Partitions.CreateAsync(dataSource, PartitionedTable.TrafficHour, [day], cancellationToken);
            await Partitions.CreateAsync(dataSource, PartitionedTable.ServerHour, [day], cancellationToken);
        }
        else if (period.Grain is RollUpGrain.Day)
        {
            await Partitions.CreateAsync(dataSource, PartitionedTable.TrafficDay, [day], cancellationToken);
        }

        await using NpgsqlConnection connection = await dataSource.OpenConnectionAsync(cancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await ExecuteAsync("DELETE FROM rollup_due WHERE grain = @grain AND at = @from");
        foreach (string step in await StepsAsync(connection, period, cancellationToken))
            await ExecuteAsync(step);
        if (period.Grain is not RollUpGrain.Month)
            await ExecuteAsync("INSERT INTO rollup_due (grain, at) VALUES (@grain + 1, @above)");
        await ExecuteAsync(KeepState);
        await transaction.CommitAsync(cancellationToken);

        async Task ExecuteAsync(string sql)
        {
            await using NpgsqlCommand command = new(sql, connection, transaction) { CommandTimeout = 600 };
            command.Parameters.AddWithValue("grain", NpgsqlDbType.Smallint, (short)period.Grain);
            command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, period.From.UtcDateTime);
            command.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, period.To.UtcDateTime);
            command.Parameters.AddWithValue("day", NpgsqlDbType.Date, day);
            command.Parameters.AddWithValue("end", NpgsqlDbType.Date, DateOnly.FromDateTime(period.To.UtcDateTime));
            command.Parameters.AddWithValue("above", NpgsqlDbType.TimestampTz, RollUpPeriod.Of(period.Grain + 1, period.From).From.UtcDateTime);
            command.Parameters.AddWithValue("now", NpgsqlDbType.TimestampTz, now.UtcDateTime);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    private static async Task<string[]> StepsAsync(NpgsqlConnection connection, RollUpPeriod period, CancellationToken cancellationToken) => period.Grain switch
    {
        RollUpGrain.Hour => await IsDroppedAsync(connection, PartitionedTable.Traffic, period.From, cancellationToken)
            ? [s_addToHour, TakeMinutes]
            : [DropHour, s_makeHour],
        RollUpGrain.Day => await IsDroppedAsync(connection, PartitionedTable.TrafficHour, period.From, cancellationToken)
            ? [AddDay, TakeHours]
            : [DropDay, AddDay],
        _ => await IsDroppedAsync(connection, PartitionedTable.TrafficDay, period.From, cancellationToken)
            ? [] // older than anything that is kept
            : [MakeMonth],
    };

    private static async Task<bool> IsDroppedAsync(NpgsqlConnection connection, PartitionedTable source, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = new("SELECT EXISTS (SELECT FROM history_horizon WHERE name = $1 AND kept_since > $2)", connection);
        command.Parameters.Add(new() { Value = source.Name });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static string AddFiveMinutes(string column) =>
        $"{column} = NULLIF(ARRAY(SELECT COALESCE(one, 0) + COALESCE(other, 0) FROM unnest(server_hour.{column}, EXCLUDED.{column}) WITH ORDINALITY AS both_of_them (one, other, number) ORDER BY number), '{{}}')";

    private static string FiveMinutes(string column) =>
        "ARRAY[" + string.Join(", ", Enumerable.Range(0, 12).Select(slot => string.Create(CultureInfo.InvariantCulture, $"COALESCE(sum({column}) FILTER (WHERE slot = {slot}), 0)"))) + "]::bigint[]";
}
