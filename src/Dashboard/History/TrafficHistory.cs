using System.Globalization;

using Dashboard.Storage;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History;

/// <summary>
/// Reads throughput. A step's rate is what its rows hold divided by the seconds of it that were watched. Rows that cover a
/// gap are left out: when in the gap their bytes came is not known, and any way of spreading them would draw a line that
/// nobody measured; they count in totals, and the gap itself is reported.
/// </summary>
internal sealed class TrafficHistory(NpgsqlDataSource dataSource, StorageState storage, TimeProvider time) : ITrafficHistory
{
    private const int MaxPoints = 20_000;

    /// <summary>Rows that cover more than this were merged while the database was away, and are spread over what they cover.</summary>
    private const int LongestOrdinaryRow = 120;

    /// <summary>How far the end of what is written may lag behind while everything is well: the minute that is going on, and the wait for its write.</summary>
    private static readonly TimeSpan s_writeLag = TimeSpan.FromMinutes(3);

    private const string Query = """
        WITH sessions AS MATERIALIZED (
            SELECT session.number FROM session JOIN server ON server.id = session.server_id
            WHERE server.name = @server AND (ended_not_after IS NULL OR ended_not_after >= @from) AND first_seen < @to
        )
        SELECT floor(extract(epoch FROM minute - @from) / @step)::int AS bucket, sum(received)::float8, sum(sent)::float8
        FROM traffic_minute WHERE session IN (SELECT number FROM sessions)
          AND minute >= @from AND minute < @to AND gap_from IS NULL AND covers_seconds <= @ordinary
        GROUP BY bucket;

        WITH sessions AS MATERIALIZED (
            SELECT session.number FROM session JOIN server ON server.id = session.server_id
            WHERE server.name = @server AND (ended_not_after IS NULL OR ended_not_after >= @from) AND first_seen < @to
        )
        SELECT minute, covers_seconds, sum(received)::float8, sum(sent)::float8
        FROM traffic_minute WHERE session IN (SELECT number FROM sessions)
          AND minute >= @from AND minute < @to + interval '1 day' AND gap_from IS NULL AND covers_seconds > @ordinary
        GROUP BY minute, covers_seconds;

        SELECT began, until FROM watch JOIN server ON server.id = watch.server_id
        WHERE server.name = @server AND began < @to AND until >= (
            SELECT COALESCE(max(earlier.until), '-infinity') FROM watch AS earlier
            WHERE earlier.server_id = server.id AND earlier.until < @from)
        ORDER BY began
        """;

    public async Task<TrafficSeries> GetServerTrafficAsync(string server, DateTimeOffset from, DateTimeOffset to, TimeSpan step, CancellationToken cancellationToken = default)
    {
        step = WholeMinutes(step);
        from = new DateTimeOffset(from.UtcTicks - (from.UtcTicks % step.Ticks), TimeSpan.Zero);
        if (from >= to)
            return new TrafficSeries([], []);
        long points = ((to - from).Ticks + step.Ticks - 1) / step.Ticks;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, MaxPoints, nameof(step));
        if (storage.Current is { IsReady: false } status)
            throw new HistoryUnavailableException(status.Reason.Length > 0 ? status.Reason : "The database is being started.");

        TrafficBuckets buckets = new(from, step, (int)points);
        try
        {
            await ReadAsync(buckets, StoredText.Clean(server), to.ToUniversalTime(), cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or InvalidOperationException or ObjectDisposedException)
        {
            throw new HistoryUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The history cannot be read now: {e.Message}"), e);
        }
        DateTimeOffset now = time.GetUtcNow();
        return new TrafficSeries(buckets.Points(), buckets.Gaps(to < now ? to : now, s_writeLag));
    }

    private async Task ReadAsync(TrafficBuckets buckets, string server, DateTimeOffset to, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand command = dataSource.CreateCommand(Query);
        command.Parameters.AddWithValue("server", NpgsqlDbType.Text, server);
        command.Parameters.AddWithValue("from", NpgsqlDbType.TimestampTz, buckets.From.UtcDateTime);
        command.Parameters.AddWithValue("to", NpgsqlDbType.TimestampTz, to.UtcDateTime);
        command.Parameters.AddWithValue("step", NpgsqlDbType.Double, buckets.Step.TotalSeconds);
        command.Parameters.AddWithValue("ordinary", NpgsqlDbType.Integer, LongestOrdinaryRow);
        await using NpgsqlDataReader rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            buckets.Add(rows.GetInt32(0), rows.GetDouble(1), rows.GetDouble(2));
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            DateTimeOffset end = rows.GetFieldValue<DateTimeOffset>(0) + TimeSpan.FromMinutes(1);
            buckets.Spread(end - TimeSpan.FromSeconds(rows.GetInt32(1)), end, rows.GetDouble(2), rows.GetDouble(3));
        }
        await rows.NextResultAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
            buckets.Watched(rows.GetFieldValue<DateTimeOffset>(0), rows.GetFieldValue<DateTimeOffset>(1));
    }

    /// <summary>Rows are by the minute: a finer step would invent what it shows.</summary>
    private static TimeSpan WholeMinutes(TimeSpan step) =>
        TimeSpan.FromMinutes(Math.Max(1, Math.Ceiling(step.TotalMinutes)));
}
