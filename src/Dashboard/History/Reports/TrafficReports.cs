using System.Collections.Immutable;
using System.Globalization;

using Dashboard.Access;
using Dashboard.History.Upkeep;

using Microsoft.Extensions.Options;

using Npgsql;

namespace Dashboard.History.Reports;

/// <inheritdoc cref="ITrafficReports"/>
internal sealed class TrafficReports(HistoryReader reader, IOptions<HistoryOptions> options, TimeProvider time) : ITrafficReports
{
    // Every series: where a row's time lies among the steps' beginnings tells its step.
    private const string OfMinutes = $"""
        WITH sessions AS MATERIALIZED (
            SELECT session.number FROM session JOIN vpn_user ON vpn_user.id = session.user_id
            WHERE {ServerFilter.ById} AND (@client::text IS NULL OR vpn_user.person = @client)
              AND (ended_not_after IS NULL OR ended_not_after >= @from) AND first_seen < @to
        )
        SELECT width_bucket(minute, @bounds) AS step, sum(received)::bigint, sum(sent)::bigint FROM traffic_minute
        WHERE session IN (SELECT number FROM sessions) AND minute >= @from AND minute < @to GROUP BY step
        """;

    private const string OfClientHours = $"""
        SELECT width_bucket(hour, @bounds) AS step, sum(received)::bigint, sum(sent)::bigint FROM traffic_hour
        WHERE user_id = ANY (ARRAY(SELECT id FROM vpn_user WHERE person = @client))
          AND {ServerFilter.ById}
          AND hour >= @from AND hour < @to GROUP BY step
        """;

    private const string OfClientDays = $"""
        SELECT width_bucket(day::timestamp AT TIME ZONE 'UTC', @bounds) AS step, sum(received)::bigint, sum(sent)::bigint FROM traffic_day
        WHERE user_id = ANY (ARRAY(SELECT id FROM vpn_user WHERE person = @client))
          AND {ServerFilter.ById}
          AND day >= (@from AT TIME ZONE 'UTC')::date AND day < (@to AT TIME ZONE 'UTC')::date GROUP BY step
        """;

    private const string OfServerHours = $"""
        SELECT width_bucket(hour, @bounds) AS step, sum(received)::bigint, sum(sent)::bigint FROM server_hour
        WHERE {ServerFilter.WithTotal} AND hour >= @from AND hour < @to GROUP BY step
        """;

    private const string OfServerFiveMinutes = $"""
        SELECT width_bucket(hour + (number - 1) * interval '5 minutes', @bounds) AS step, sum(five.received)::bigint, sum(five.sent)::bigint
        FROM server_hour CROSS JOIN unnest(received_by_five, sent_by_five) WITH ORDINALITY AS five (received, sent, number)
        WHERE {ServerFilter.WithTotal} AND hour > @from - interval '1 hour' AND hour < @to
          AND hour + (number - 1) * interval '5 minutes' >= @from AND hour + (number - 1) * interval '5 minutes' < @to
        GROUP BY step
        """;

    // With the last one from before the period: without it, nobody had watched until then.
    private const string Watches = """
        SELECT began, until FROM watch JOIN server ON server.id = watch.server_id
        WHERE server.name = ANY (@servers) AND began < @to AND until >= (
            SELECT COALESCE(max(earlier.until), '-infinity') FROM watch AS earlier
            WHERE earlier.server_id = server.id AND earlier.until < @from)
        ORDER BY began
        """;

    private const string FirstWatch = $"SELECT min(began) FROM watch WHERE {ServerFilter.ById}";

    private const string Peaks = $"""
        WITH hours AS (
            SELECT hour, sum(peak_clients)::int AS peak FROM server_hour
            WHERE {ServerFilter.WithTotal} AND hour >= @from AND hour < @to GROUP BY hour
        )
        SELECT width_bucket(hour, @bounds) AS step, max(peak) FROM hours GROUP BY step ORDER BY step
        """;

    private const string Billing = $"""
        SELECT server.name, month, received, sent, received_95, sent_95, peak_clients, samples, as_of
        FROM server_month JOIN server ON server.id = server_month.server_id
        WHERE month >= @from AND month <= @to AND {ServerFilter.ById}
        ORDER BY month DESC, server.name LIMIT 100000
        """;

    // Where nothing waits to be added up, the sums are as good as the minutes.
    private const string State = """
        SELECT grain::smallint, COALESCE(as_of, '2001-01-01') FROM generate_series(0, 2) AS grain LEFT JOIN rollup_state USING (grain)
        WHERE EXISTS (SELECT FROM rollup_due WHERE rollup_due.grain <= grain AND at <= @now)
        """;

    private static readonly TimeSpan s_writeLag = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan s_mostByTheMinute = TimeSpan.FromHours(24);
    private const int MaxMonths = 60;

    public async Task<TrafficReport> TrafficAsync(ServerAccess access, TrafficQuery query, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        (TrafficStep step, TimeZoneInfo zone, RollUpGrain? grain, string sql) = Choose(query, now);
        ImmutableArray<DateTimeOffset> bounds = TrafficSteps.Cut(query.Range, step, zone);
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, query.Server);
            parameters.Text("client", query.CommonName);
            parameters.Instant("from", bounds[0]);
            parameters.Instant("to", bounds[^1]);
            parameters.Instants("bounds", bounds);
        }

        var state = await StateAsync(now, cancellationToken);
        TrafficPoint[] points = [.. bounds.Zip(bounds.Skip(1), (from, to) => new TrafficPoint(from, to, 0, 0))];
        foreach ((int number, long received, long sent) in await reader.ReadAsync(sql, Bind, row => (row.GetInt32(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken))
            points[number - 1] = points[number - 1] with { ReceivedBytes = received, SentBytes = sent };
        ImmutableArray<TrafficGap> gaps = await GapsAsync(access, query.Range, query.Server, now, cancellationToken);
        return new TrafficReport(query.Range, step, [.. points], gaps, AsOf(state, [new TrafficPart(grain, bounds[0], bounds[^1])], query.Range));
    }

    public async Task<TopReport> TopAsync(ServerAccess access, TopQuery query, CancellationToken cancellationToken = default)
    {
        DateTimeOffset now = time.GetUtcNow();
        HistoryOptions keep = options.Value;
        var state = await StateAsync(now, cancellationToken);
        TrafficParts split = TrafficParts.Split(query.Range, now, now - keep.KeepMinutes, now - keep.KeepHours, now - keep.KeepDays);
        bool ofClients = query.Subject is TopSubject.Client;
        TrafficPart[] parts = [.. split.Parts.Select(part => !ofClients && part.Grain is RollUpGrain.Day ? part with { Grain = RollUpGrain.Hour } : part)]; // servers have no rows of days
        string key = ofClients ? "user_id" : "server_id";
        string sums = string.Join("\nUNION ALL\n", parts.Select((part, i) => PartSql(part, i, ofClients, key)));
        string sql = $"""
            WITH sums AS ( -- days that are taken off may be ahead of the month that goes on, which is made each hour
            {sums}
            ), named AS (
                SELECT {(ofClients ? "person" : "name")} AS name, GREATEST(sum(received), 0) AS received, GREATEST(sum(sent), 0) AS sent
                FROM sums JOIN {(ofClients ? "vpn_user" : "server")} AS owner ON owner.id = sums.{key} GROUP BY 1
                HAVING sum(received) > 0 OR sum(sent) > 0
            )
            SELECT name, received::bigint, sent::bigint, (sum(received) OVER ())::bigint, (sum(sent) OVER ())::bigint
            FROM named ORDER BY received + sent DESC, name LIMIT @limit
            """;
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, query.Server);
            parameters.Number("limit", ReportParameters.Limit(query.Limit));
            foreach ((int i, TrafficPart part) in parts.Index())
            {
                string number = i.ToString(CultureInfo.InvariantCulture);
                if (part.Grain is RollUpGrain.Day or RollUpGrain.Month)
                {
                    parameters.Day("from" + number, part.From);
                    parameters.Day("to" + number, part.To);
                }
                else
                {
                    parameters.Instant("from" + number, part.From);
                    parameters.Instant("to" + number, part.To);
                }
            }
        }

        var rows = await reader.ReadAsync(sql, Bind, row => (
            Entry: new TopEntry(row.GetString(0), row.GetInt64(1), row.GetInt64(2)), Received: row.GetInt64(3), Sent: row.GetInt64(4)), cancellationToken);
        return new TopReport(split.From, split.To, [.. rows.Select(row => row.Entry)],
            rows.Select(row => row.Received).FirstOrDefault(), rows.Select(row => row.Sent).FirstOrDefault(),
            AsOf(state, parts.Where(part => !part.IsTakenOff), query.Range));
    }

    public async Task<ImmutableArray<ConcurrencyPoint>> ConcurrencyAsync(ServerAccess access, string? server, HistoryRange range, TimeZoneInfo zone, CancellationToken cancellationToken = default)
    {
        ImmutableArray<DateTimeOffset> bounds = TrafficSteps.Cut(range, range.Length <= TimeSpan.FromDays(14) ? TrafficStep.Hour : TrafficStep.Day, zone);
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, server);
            parameters.Instant("from", bounds[0]);
            parameters.Instant("to", bounds[^1]);
            parameters.Instants("bounds", bounds);
        }

        return [.. await reader.ReadAsync(Peaks, Bind, row => new ConcurrencyPoint(bounds[row.GetInt32(0) - 1], bounds[row.GetInt32(0)], row.GetInt32(1)), cancellationToken)];
    }

    public async Task<ImmutableArray<BillingMonth>> BillingAsync(ServerAccess access, string? server, DateOnly from, DateOnly to, CancellationToken cancellationToken = default)
    {
        from = new DateOnly(from.Year, from.Month, 1);
        to = new DateOnly(to.Year, to.Month, 1);
        if (from > to)
            throw new HistoryQueryException("The months are reversed: the first comes after the last.");
        if (from.AddMonths(MaxMonths) <= to)
            throw new HistoryQueryException($"These are more than {MaxMonths} months. Ask for them in parts.");
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, server);
            parameters.AddWithValue("from", NpgsqlTypes.NpgsqlDbType.Date, from);
            parameters.AddWithValue("to", NpgsqlTypes.NpgsqlDbType.Date, to);
        }

        return [.. await reader.ReadAsync(Billing, Bind, row => new BillingMonth(
            row.GetString(0), row.GetFieldValue<DateOnly>(1), row.GetInt64(2), row.GetInt64(3), row.GetDouble(4), row.GetDouble(5),
            row.GetInt32(6), row.GetInt32(7), row.GetFieldValue<DateTimeOffset>(8)), cancellationToken)];
    }

    /// <summary>The step, where its days begin, and the rows that know, with their grain: null for raw minutes.</summary>
    private (TrafficStep Step, TimeZoneInfo Zone, RollUpGrain? Grain, string Sql) Choose(TrafficQuery query, DateTimeOffset now)
    {
        bool ofClient = query.CommonName is not null;
        bool hasMinutes = query.Range.From >= now - options.Value.KeepMinutes;
        bool hasHours = query.Range.From >= now - options.Value.KeepHours;
        TrafficStep finest = ofClient
            ? hasMinutes ? TrafficStep.Minute : hasHours ? TrafficStep.Hour : TrafficStep.Day
            : query.Server is not null && hasMinutes ? TrafficStep.Minute : TrafficStep.FiveMinutes;
        TrafficStep chosen = TrafficSteps.Choose(query.Range.Length);
        TrafficStep step = query.Step ?? (chosen < finest ? finest : chosen);
        if (step < finest)
            throw new HistoryQueryException($"So fine a step is not kept for this period: {finest} is the finest.");
        if (step is TrafficStep.Minute && query.Range.Length > s_mostByTheMinute)
            throw new HistoryQueryException("Minutes can be had for 24 hours at a time.");
        return step switch
        {
            TrafficStep.Minute => (step, query.Zone, null, OfMinutes),
            TrafficStep.FiveMinutes or TrafficStep.QuarterHour when ofClient => (step, query.Zone, null, OfMinutes),
            TrafficStep.FiveMinutes or TrafficStep.QuarterHour => (step, query.Zone, RollUpGrain.Hour, OfServerFiveMinutes),
            _ when !ofClient => (step, query.Zone, RollUpGrain.Hour, OfServerHours),
            _ when hasHours => (step, query.Zone, RollUpGrain.Hour, OfClientHours),
            _ => (step, TimeZoneInfo.Utc, RollUpGrain.Day, OfClientDays),
        };
    }

    /// <summary>For each grain of which sums wait to be made, up to when they are made. Asked before them: it must not tell more than they hold.</summary>
    private async Task<Dictionary<RollUpGrain, DateTimeOffset>> StateAsync(DateTimeOffset now, CancellationToken cancellationToken) => (await reader.ReadAsync(
        State, parameters => parameters.Instant("now", now), row => (Grain: (RollUpGrain)row.GetInt16(0), AsOf: row.GetFieldValue<DateTimeOffset>(1)), cancellationToken)).ToDictionary(row => row.Grain, row => row.AsOf);

    /// <summary>Up to when all the parts are made; null where that is to their end.</summary>
    private static DateTimeOffset? AsOf(Dictionary<RollUpGrain, DateTimeOffset> state, IEnumerable<TrafficPart> parts, HistoryRange range)
    {
        DateTimeOffset asOf = parts.Select(part => part.Grain is { } grain && state.TryGetValue(grain, out DateTimeOffset made) && made < part.To ? made : range.To).Min();
        return asOf < range.To ? asOf : null;
    }

    /// <summary>Of all servers together only the time before the first of them was watched is one: somebody nearly always misses one of many.</summary>
    private async Task<ImmutableArray<TrafficGap>> GapsAsync(ServerAccess access, HistoryRange range, string? server, DateTimeOffset now, CancellationToken cancellationToken)
    {
        void Bind(NpgsqlParameterCollection parameters)
        {
            parameters.Servers(access, server);
            parameters.Instant("from", range.From);
            parameters.Instant("to", range.To);
        }

        DateTimeOffset end = range.To < now ? range.To : now;
        DateTimeOffset? first;
        TrafficBuckets buckets = new(range.From, range.Length, 1);
        if (server is null)
        {
            first = (await reader.ReadAsync(FirstWatch, Bind, row => row.IsDBNull(0) ? null : (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0), cancellationToken))[0];
        }
        else
        {
            var watches = await reader.ReadAsync(Watches, Bind, row => (Began: row.GetFieldValue<DateTimeOffset>(0), Until: row.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
            first = watches is [var earliest, ..] ? earliest.Began : null;
            foreach ((DateTimeOffset began, DateTimeOffset until) in watches)
                buckets.Watched(began, until);
        }
        DateTimeOffset watched = first < end ? first.Value : end;
        return watched > range.From ? [new TrafficGap(range.From, watched), .. buckets.Gaps(end, s_writeLag)] : buckets.Gaps(end, s_writeLag);
    }

    // server_hour and server_month stand for the servers, in a hundredth of the rows.
    private static string PartSql(TrafficPart part, int number, bool ofClients, string key)
    {
        string i = number.ToString(CultureInfo.InvariantCulture);
        (string table, string column) = part.Grain switch
        {
            null => ("traffic_minute AS traffic JOIN session ON session.number = traffic.session", "minute"),
            RollUpGrain.Month => (ofClients ? "traffic_month" : "server_month", "month"),
            RollUpGrain.Day => ("traffic_day", "day"),
            _ => (ofClients ? "traffic_hour" : "server_hour", "hour"),
        };
        string prefix = part.Grain is null ? "traffic." : "";
        string sign = part.IsTakenOff ? "-" : "";
        return $"""
            (SELECT {key}, {sign}sum({prefix}received)::bigint AS received, {sign}sum({prefix}sent)::bigint AS sent FROM {table}
             WHERE {column} >= @from{i} AND {column} < @to{i}
               AND {ServerFilter.ById}{(ofClients || part.Grain is null ? "" : " AND server_id <> 0")}
             GROUP BY {key})
            """;
    }
}
