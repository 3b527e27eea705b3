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
/// <param name="zone">Where the daemon was: version 1 has local times only.</param>
internal sealed class StatusImport(HistoryWriter writer, AccountingLedger ledger, NpgsqlDataSource dataSource, TimeProvider time, TimeZoneInfo zone)
{
    /// <summary>Statuses that are farther apart are not one watch.</summary>
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(10);

    /// <summary>A session that was seen later may still live.</summary>
    private static readonly TimeSpan s_surelyOver = TimeSpan.FromMinutes(30);

    private const int MaxWaiting = 200_000;

    private static readonly string[] s_localTimes = ["yyyy-MM-dd HH:mm:ss", "ddd MMM d HH:mm:ss yyyy"];

    private readonly HashSet<SessionId> _sessions = [];

    /// <param name="server">The server whose status it is.</param>
    /// <param name="problem">Told of each line that could not be taken.</param>
    public async Task<ImportSummary> RunAsync(string server, Stream file, Action<long, MalformedRow> problem, CancellationToken cancellationToken)
    {
        IFleetObserver fleet = writer;
        Dictionary<SessionId, SessionIdentity> living = [];
        DateTimeOffset? last = null;
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
            if (last is null || at - last > s_longestPause)
            {
                if (last is not null)
                    fleet.WatchChanged(server, watching: false, last.Value);
                fleet.WatchChanged(server, watching: true, at);
            }
            Hear(fleet, server, status, at, last ?? at, living);
            last = at;
            if (ledger.Waiting > MaxWaiting)
                await writer.FlushAsync(everything: true, cancellationToken);
        }
        if (last is null)
            return new ImportSummary(0, 0, null);
        fleet.WatchChanged(server, watching: false, last.Value);
        await writer.FlushAsync(everything: true, cancellationToken);
        await EndAsync(living.Keys, cancellationToken);
        return new ImportSummary(statuses, _sessions.Count, last);
    }

    private void Hear(IFleetObserver fleet, string server, StatusReply status, DateTimeOffset at, DateTimeOffset last, Dictionary<SessionId, SessionIdentity> living)
    {
        HashSet<SessionId> listed = [];
        foreach (StatusClient row in status.Clients)
        {
            if ((row.ConnectedSince ?? LocalTime(row.ConnectedSinceText)) is not { } since || (row.IsUndefined && row.VirtualAddress.Length == 0))
                continue; // has not said who it is
            SessionIdentity identity = new(server, row.Id ?? new ClientId(0), since, row.CommonName, row.RealAddress.Text);
            if (!listed.Add(identity.Id))
                continue;
            _sessions.Add(identity.Id);
            living[identity.Id] = identity;
            fleet.SessionSeen(identity, new SessionDetails(row.Username, Known(row.VirtualAddress), Known(row.VirtualAddress6), Platform: null, Known(row.Cipher)) { RealAddress = row.RealAddress.Text }, at);
            fleet.CountersReported(identity.Id, row.BytesReceived, row.BytesSent, at);
        }
        if (!status.IsComplete)
            return; // who is missing may stand in the part that was cut off
        foreach (SessionId over in living.Keys.Where(session => !listed.Contains(session)).ToArray())
        {
            fleet.SessionEnded(over, last, at, reason: null);
            living.Remove(over);
        }
    }

    /// <summary>Whoever was there in the last status has gone since then, unless somebody has seen them a short while ago.</summary>
    private async Task EndAsync(IEnumerable<SessionId> sessions, CancellationToken cancellationToken)
    {
        await using NpgsqlCommand end = dataSource.CreateCommand("""
            UPDATE session SET ended_not_before = last_seen, ended_not_after = @now
            WHERE id = ANY (@sessions) AND ended_not_after IS NULL AND last_seen < @surely_over
            """);
        DateTimeOffset now = time.GetUtcNow();
        end.Parameters.AddWithValue("sessions", NpgsqlDbType.Array | NpgsqlDbType.Uuid, sessions.Select(session => session.Value).ToArray());
        end.Parameters.AddWithValue("now", NpgsqlDbType.TimestampTz, now.UtcDateTime);
        end.Parameters.AddWithValue("surely_over", NpgsqlDbType.TimestampTz, (now - s_surelyOver).UtcDateTime);
        await end.ExecuteNonQueryAsync(cancellationToken);
    }

    // 2026-11-20 22:11:42   2.4: Fri Nov 20 22:11:42 2026
    private DateTimeOffset? LocalTime(string? text) =>
        DateTime.TryParseExact(text, s_localTimes, CultureInfo.InvariantCulture, DateTimeStyles.AllowInnerWhite, out DateTime local)
            ? new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime()
            : null;

    private static string? Known(string? text) => text is null or "" or StatusClient.Undefined ? null : text;
}
