using System.Collections.Concurrent;

using Dashboard.Access.Audit;
using Dashboard.Approvals;
using Dashboard.Fleet;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Storage;

using E2E.Lab;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace E2E.Fleet;

/// <summary>A real server that calls a session by its certificate until the user has signed in, and by the user from then on.</summary>
public sealed class RealNamesTests : IAsyncLifetime
{
    private const int Connects = 4;

    private readonly LiveStore _live = new(TimeProvider.System, NullLogger<LiveStore>.Instance);
    private readonly SeenSessions _seen = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _credentials = Path.Combine(Path.GetTempPath(), $"user-{Guid.NewGuid():N}");
    private VpnLab _lab = null!;
    private ServerSession _session = null!;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_credentials, "lena\nnot-checked\n", Cancel);
        _lab = await VpnLab.UpAsync(new VpnLabOptions { Clients = 0, ClientAuth = true, ServerOptions = ["username-as-common-name"], ClientOptions = [$"auth-user-pass {_credentials}"] });
        ServerOptions options = new() { Name = "paris", Endpoint = "unix:" + _lab.ManagementSocket, Approval = ApprovalPolicy.ApproveAll, StatusInterval = TimeSpan.FromSeconds(1) };
        ServerGate gate = new(
            options,
            new BlockList(new BlockFile(Options.Create(new HistoryOptions { DataDirectory = "" }), new InstallationRoot(_lab.Folder), NullLogger<BlockFile>.Instance), TimeProvider.System),
            new KnownNames(Options.Create(new FleetOptions()), null!, new StorageState(TimeProvider.System), TimeProvider.System, NullLogger<KnownNames>.Instance),
            new NoTrail(),
            TimeProvider.System);
        _session = new ServerSession(options, _live, [_seen], TimeProvider.System, NullLogger.Instance) { Gate = gate };
        _running = _session.RunAsync(_stop.Token);
        await UntilAsync(server => server.IsLive);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        await _lab.DisposeAsync();
        _stop.Dispose();
        File.Delete(_credentials);
    }

    [Fact]
    public async Task Each_connection_is_one_session_and_called_by_who_signed_in()
    {
        HashSet<SessionId> sessions = [];
        await _lab.AddClientAsync("laptop-7", Cancel);
        for (int connect = 1; connect <= Connects; connect++)
        {
            if (connect > 1)
                await _lab.ReconnectClientAsync("laptop-7", Cancel);
            ServerSnapshot server = await UntilAsync(server => server.Clients is [{ CommonName: "lena", VirtualAddress: not null } client] && !sessions.Contains(client.Session));
            sessions.Add(server.Clients!.Value[0].Session);
        }

        Assert.Equal(sessions, _seen.Names.Keys.ToHashSet());
        Assert.All(_seen.Names.Values, name => Assert.Equal("lena", name));
    }

    private Task<ServerSnapshot> UntilAsync(Func<ServerSnapshot, bool> condition) =>
        Eventually.ReadAsync(() => Task.FromResult(_live.Find("paris")!), condition, Cancel);

    /// <summary>Every session that would have got a row in the history, and what it was called last.</summary>
    private sealed class SeenSessions : IFleetObserver
    {
        public ConcurrentDictionary<SessionId, string> Names { get; } = [];

        public void SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at) => Names[session.Id] = session.CommonName;

        public void CountersReported(SessionId session, long received, long sent, DateTimeOffset at)
        {
            // who there is is all that matters here
        }

        public void SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason)
        {
        }

        public void WatchChanged(string server, bool watching, DateTimeOffset at)
        {
        }

        public void Happened(ServerEvent happened)
        {
        }
    }

    private sealed class NoTrail : IAuditTrail
    {
        public void Write(AuditEntry entry)
        {
        }
    }
}
