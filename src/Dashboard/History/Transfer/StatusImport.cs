using System.Globalization;

using Dashboard.Fleet;
using Dashboard.Live;

using Mgmt.Core;
using Mgmt.Core.Status;

using Npgsql;

using NpgsqlTypes;

namespace Dashboard.History.Transfer;

/// <summary>
/// Takes what OpenVPN wrote with <c>--status</c> into history: each status is heard as if the daemon had just told it, so that the
/// same rules hold. What has been taken already adds nothing: a session that is found again has its counters.
/// </summary>
/// <param name="server">The server whose statuses these are.</param>
/// <param name="writer">Writes to a store that keeps the ends which are known.</param>
/// <param name="zone">Where the daemon was: version 1 has local times only.</param>
internal sealed class StatusImport(string server, HistoryWriter writer, AccountingLedger ledger, NpgsqlDataSource dataSource, TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>Statuses that are farther apart are not one watch.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(10);

    /// <summary>A session that was seen later may still live.</summary>
    private static readonly TimeSpan s_surelyOver = TimeSpan.FromMinutes(30);

    /// <summary>A dashboard beside us gets in our way now and then, and not each time.</summary>
    private const int MaxAttempts = 5;

    private static readonly string[] s_localTimes = ["yyyy-MM-dd HH:mm:ss", "ddd MMM d HH:mm:ss yyyy"];

    private readonly IFleetObserver _fleet = writer;
    private readonly SessionsWithoutCid _withoutCid = new(dataSource, server);
    private readonly HashSet<SessionId> _living = []; // in the last status, also of the file before
    private readonly HashSet<SessionId> _open = []; // nothing tells of their end
    private readonly List<DateTimeOffset> _watches = []; // when they began: a lone status is none that would be stored
    private DateTimeOffset? _last;

    /// <summary>With so many rows waiting they are written.</summary>
    internal int MaxWaiting { get; init; } = 200_000;

    /// <summary>Takes one file. Several that follow each other are one story; <see cref="FinishAsync"/> ends it.</summary>
    /// <param name="problem">Told of each line that could not be taken.</param>
    public async Task<ImportSummary> RunAsync(Stream file, Action<long, MalformedRow> problem, CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        HashSet<SessionId> sessions = [];
        int statuses = 0;
        foreach (StatusReply status in StatusFileReader.Read(file, problem))
        {
            if (status.Process is not null)
                throw new InvalidDataException("This is the status of an OpenVPN client: it tells of no sessions.");
            if ((status.Time ?? LocalTime(status.TimeText)) is not { } at)
            {
                problem(0, new MalformedRow(status.TimeText ?? "", "a status without a time"));
                continue;
            }
            if (at < last)
            {
                problem(0, new MalformedRow(at.ToString("u", CultureInfo.InvariantCulture), "a status that is older than the one before it"));
                continue;
            }
            statuses++;
            if (last is null && at < _last)
                Leave(); // an older file
            if (_last is null || at - _last > s_longestPause)
            {
                if (_last is not null)
                    _fleet.WatchChanged(server, watching: false, _last.Value);
                _fleet.WatchChanged(server, watching: true, at);
                _watches.Add(at);
            }
            await HearAsync(status, at, sessions, cancellationToken);
            _last = last = at;
            if (ledger.Waiting > MaxWaiting)
                await FlushAsync(at, cancellationToken);
        }
        if (last is not null)
            await FlushAsync(last.Value, cancellationToken);
        return new ImportSummary(statuses, sessions.Count, last);
    }

    /// <summary>
    /// Whoever was there in the last status has gone since then, unless somebody has seen them a short while ago: at an unknown
    /// moment until the server was watched again without them, by a file or by a dashboard.
    /// </summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        Leave();
        DateTimeOffset now = time.GetUtcNow();
        await using NpgsqlCommand end = dataSource.CreateCommand("""
            UPDATE session SET ended_not_before = last_seen, ended_not_after = @now
            WHERE id = ANY (@sessions) AND ended_not_after IS NULL AND last_seen < @surely_over;

            UPDATE session SET ended_not_after = narrower.until FROM (
                SELECT number, LEAST(
                    (SELECT min(began) FROM watch WHERE watch.server_id = session.server_id AND began > ended_not_before) + @settle,
                    (SELECT min(began) FROM unnest(@watches) AS began WHERE began > ended_not_before)) AS until
                FROM session WHERE server_id = (SELECT id FROM server WHERE name = @server) AND ended_not_after - ended_not_before > @settle
            ) AS narrower
            WHERE session.number = narrower.number AND narrower.until < ended_not_after
            """);
        end.Parameters.AddWithValue("sessions", NpgsqlDbType.Array | NpgsqlDbType.Uuid, _open.Select(session => session.Value).ToArray());
        end.Parameters.AddWithValue("now", NpgsqlDbType.TimestampTz, now.UtcDateTime);
        end.Parameters.AddWithValue("surely_over", NpgsqlDbType.TimestampTz, (now - s_surelyOver).UtcDateTime);
        end.Parameters.AddWithValue("server", NpgsqlDbType.Text, StoredText.Clean(server));
        end.Parameters.AddWithValue("watches", NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, _watches.Select(began => began.UtcDateTime).ToArray());
        end.Parameters.AddWithValue("settle", NpgsqlDbType.Interval, WatchLog.SettleTime);
        await end.ExecuteNonQueryAsync(cancellationToken);
    }

    private async Task HearAsync(StatusReply status, DateTimeOffset at, HashSet<SessionId> sessions, CancellationToken cancellationToken)
    {
        List<(StatusClient Client, DateTimeOffset Since)> rows = [];
        foreach (StatusClient client in status.Clients)
        {
            bool isKnown = !client.IsUndefined || client.VirtualAddress.Length > 0; // else it has not said who it is
            if (isKnown && (client.ConnectedSince ?? LocalTime(client.ConnectedSinceText)) is { } since)
                rows.Add((client, since));
        }
        Queue<(ClientId Cid, string? Username)> withoutCid = new(await _withoutCid.FindAsync([.. rows.Where(row => row.Client.Id is null)], cancellationToken));

        HashSet<SessionId> listed = [];
        foreach ((StatusClient client, DateTimeOffset since) in rows)
        {
            (ClientId cid, string? username) = client.Id is { } id ? (id, client.Username) : withoutCid.Dequeue();
            SessionIdentity identity = new(server, cid, since, client.CommonName, client.RealAddress.Text);
            if (!listed.Add(identity.Id))
                continue;
            sessions.Add(identity.Id);
            _living.Add(identity.Id);
            _fleet.SessionSeen(identity, new SessionDetails(username, Known(client.VirtualAddress), Known(client.VirtualAddress6), Platform: null, Known(client.Cipher)) { RealAddress = client.RealAddress.Text }, at);
            if (client is { BytesReceived: <= long.MaxValue, BytesSent: <= long.MaxValue })
                _fleet.CountersReported(identity.Id, (long)client.BytesReceived, (long)client.BytesSent, at);
        }
        if (!status.IsComplete)
            return; // who is missing may stand in the part that was cut off
        foreach (SessionId over in _living.Where(session => !listed.Contains(session)).ToArray())
        {
            _fleet.SessionEnded(over, _last ?? at, at, reason: null);
            _living.Remove(over);
        }
    }

    private void Leave()
    {
        if (_last is { } last)
            _fleet.WatchChanged(server, watching: false, last);
        _open.UnionWith(_living);
        _living.Clear();
        _last = null;
    }

    // A watch that is on would be written as one until now.
    private async Task FlushAsync(DateTimeOffset last, CancellationToken cancellationToken)
    {
        _fleet.WatchChanged(server, watching: false, last);
        await WriteAsync(cancellationToken);
        _fleet.WatchChanged(server, watching: true, last);
    }

    // A dashboard that runs may write to the same sessions, or clear up a day that was there a moment ago. The writer has
    // noticed: it asks the rows anew, and makes the day again.
    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await writer.FlushAsync(everything: true, cancellationToken);
                return;
            }
            catch (Exception e) when (e is HistoryConflictException or PostgresException && attempt < MaxAttempts)
            {
            }
        }
    }

    // 2026-11-20 22:11:42   2.4: Fri Nov 20 22:11:42 2026
    private DateTimeOffset? LocalTime(string? text) =>
        DateTime.TryParseExact(text, s_localTimes, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out DateTime local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()
            : null;

    private static string? Known(string? text) => text is null or "" or StatusClient.Undefined ? null : text;
}
