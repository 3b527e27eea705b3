using Dashboard.Fleet;
using Dashboard.Live;
using Dashboard.Tests.Storage;

using Mgmt.Core;

using Npgsql;

using Tests.Shared;

namespace Dashboard.Tests.History;

/// <summary>A dashboard's history in a real PostgreSQL, with a clock that the test moves, and a fleet that the test plays.</summary>
internal sealed class HistoryLab : IAsyncDisposable
{
    /// <summary>A Sunday.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<SessionId, (long Received, long Sent)> _counters = [];
    private readonly HashSet<string> _watched = new(StringComparer.Ordinal);
    private uint _nextCid;

    private HistoryLab(ManualTimeProvider time, TestDashboard dashboard)
    {
        (Time, Dashboard) = (time, dashboard);
        Process = new HistoryProcess(dashboard.Store, time);
    }

    public ManualTimeProvider Time { get; }
    public TestDashboard Dashboard { get; }
    public HistoryProcess Process { get; }
    public DateTimeOffset Now => Time.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<HistoryLab> StartAsync()
    {
        ManualTimeProvider time = new(Noon);
        return new HistoryLab(time, await TestDashboard.On(await TestDatabase.MigratedAsync(), time).ReadyAsync());
    }

    public async ValueTask DisposeAsync()
    {
        Process.Dispose();
        await Dashboard.DisposeAsync();
    }

    public void Watch(string server = "paris")
    {
        _watched.Add(server);
        Process.Fleet.WatchChanged(server, watching: true, Now);
    }

    /// <summary>A client connects now, on a server that is watched from now on at the latest.</summary>
    public SessionIdentity Connect(string commonName, string server = "paris", SessionDetails? details = null)
    {
        Watch(server);
        SessionIdentity session = new(server, new ClientId(_nextCid++), Now, commonName, $"192.0.2.{_nextCid}:1194");
        Process.Fleet.SessionSeen(session, details ?? SampleSessions.Details, Now);
        Process.Fleet.CountersReported(session.Id, 0, 0, Now);
        _counters[session.Id] = (0, 0);
        return session;
    }

    /// <summary>The daemon reports that so much was moved since the last report.</summary>
    public void Move(SessionIdentity session, long received, long sent)
    {
        _counters[session.Id] = (_counters[session.Id].Received + received, _counters[session.Id].Sent + sent);
        Process.Fleet.CountersReported(session.Id, _counters[session.Id].Received, _counters[session.Id].Sent, Now);
    }

    /// <summary>A client connects, half an hour passes, and then the daemon reports that so much came from it.</summary>
    public SessionIdentity ConnectForHalfAnHour(long received, string commonName = "alice")
    {
        SessionIdentity session = Connect(commonName);
        Pass(TimeSpan.FromMinutes(30));
        Move(session, received, 0);
        return session;
    }

    public void Disconnect(SessionIdentity session, string? reason = null) => Process.Fleet.SessionEnded(session.Id, Now, Now, reason);

    public void Pass(TimeSpan length) => Time.Advance(length);

    /// <summary>Weeks and years: nobody watches for so long, or each of their hours would have to be added up.</summary>
    public void PassUnwatched(TimeSpan length)
    {
        foreach (string server in _watched)
            Process.Fleet.WatchChanged(server, watching: false, Now);
        _watched.Clear();
        Pass(length);
    }

    public async Task FlushAsync()
    {
        await Process.Writer.FlushAsync(everything: true, Cancel);
    }

    /// <summary>Writes what there is and adds it up.</summary>
    public async Task RollUpAsync()
    {
        await FlushAsync();
        await Dashboard.Upkeep.RunAsync(Cancel);
    }

    /// <summary>Rows of a table.</summary>
    public Task<long> CountAsync(string table) => ScalarAsync<long>($"SELECT count(*) FROM {table}");

    /// <summary>What the rows of a table, or those of them that fulfil a condition behind WHERE, received.</summary>
    public Task<long> SumAsync(string table) => ScalarAsync<long>($"SELECT COALESCE(sum(received), 0)::bigint FROM {table}");

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using NpgsqlCommand command = Dashboard.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(Cancel))!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using NpgsqlCommand command = Dashboard.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
