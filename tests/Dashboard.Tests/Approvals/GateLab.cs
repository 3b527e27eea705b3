using Dashboard.Approvals;
using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.History;
using Dashboard.Live;
using Dashboard.Storage;
using Dashboard.Tests.Access.Audit;
using Dashboard.Tests.Fleet;

using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Approvals;

/// <summary>A server's loop with its gate, before a scripted daemon on a real socket, on a clock that the test turns.</summary>
internal sealed class GateLab : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gate-").FullName;
    private readonly CancellationTokenSource _stop = new();
    private ServerSession? _session;
    private Task _running = Task.CompletedTask;

    public GateLab(ApprovalPolicy policy, Action<ServerOptions>? configure = null)
    {
        Options = new ServerOptions { Name = "paris", Endpoint = "unix:" + Path.Combine(_folder, "m.sock"), Approval = policy };
        configure?.Invoke(Options);
        Live = new LiveStore(Time, NullLogger<LiveStore>.Instance);
        Known = new KnownNames(Microsoft.Extensions.Options.Options.Create(new FleetOptions()), null!, new StorageState(Time), Time, NullLogger<KnownNames>.Instance);
        Blocks = new BlockList(new BlockFile(Microsoft.Extensions.Options.Options.Create(new HistoryOptions { DataDirectory = _folder }), new InstallationRoot(_folder), NullLogger<BlockFile>.Instance), Time);
        Gate = new ServerGate(Options, Blocks, Known, Trail, Time);
        foreach (string command in (string[])["client-auth-nt", "client-deny", "client-pending-auth", "client-kill"])
            Daemon.On(command, $"SUCCESS: {command} command succeeded\r\n");
    }

    public FakeOpenVpnServer Daemon { get; } = new();
    public ManualTimeProvider Time { get; } = new();
    public ServerOptions Options { get; }
    public LiveStore Live { get; }
    public KnownNames Known { get; }
    public BlockList Blocks { get; }
    public RecordingTrail Trail { get; } = new();
    public ServerGate Gate { get; }
    public RecordingObserver Observer { get; } = new();

    public IReadOnlyList<WaitingClient> Waiting => Live.Find("paris") is { } server ? server.Waiting : [];

    /// <summary>What a client that tells of itself (<c>push-peer-info</c>) calls its network card.</summary>
    public const string Hardware = ">CLIENT:ENV,IV_HWADDR=02:00:5e:00:53:01\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static string Connect(uint cid = 0, uint kid = 1, string name = "alice", string username = "user-0", string kind = "CONNECT", string more = "") =>
        $">CLIENT:{kind},{cid},{kid}\r\n>CLIENT:ENV,n_clients=0\r\n>CLIENT:ENV,password=hunter2\r\n>CLIENT:ENV,untrusted_port=56726\r\n>CLIENT:ENV,untrusted_ip=198.51.100.11\r\n"
        + $">CLIENT:ENV,common_name={name}\r\n>CLIENT:ENV,username={username}\r\n{more}>CLIENT:ENV,IV_PLAT=linux\r\n>CLIENT:ENV,X509_0_CN={name}\r\n>CLIENT:ENV,END\r\n";

    public async Task<GateLab> StartAsync()
    {
        Daemon.ListenUnix(Path.Combine(_folder, "m.sock"));
        _session = new ServerSession(Options, Live, [Observer], Time, NullLogger.Instance) { Gate = Gate };
        _running = Task.Run(() => _session.RunAsync(_stop.Token), Cancel);
        await UntilAsync(() => Live.Find("paris") is { IsLive: true });
        return this;
    }

    public void Block(string name, TimeSpan? length = null, string? reason = null) =>
        Blocks.Add(new Block(Guid.CreateVersion7(), null, name, reason, Time.GetUtcNow(), "ana", Time.GetUtcNow() + length));

    public void Clients(params string[] rows) => Daemon.On("status 3", Daemon.Status(rows));

    public Task<OperationResult> DecideAsync(Guid id, bool approve, string by, string? reason = null) =>
        TurnUntilAsync(_session!.ExecuteAsync((turn, token) => Gate.DecideAsync(turn, id, approve, reason, by, token), Cancel));

    public Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation) => _session!.ExecuteAsync(operation, Cancel);

    /// <summary>Carries an operation out while the clock goes on.</summary>
    public Task<OperationResult> OperateAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation) => TurnUntilAsync(ExecuteAsync(operation));

    /// <summary>The next command that begins with one of the words, while the clock goes on.</summary>
    public async Task<string> HeardAsync(params string[] words)
    {
        while (true)
        {
            string line = await TurnUntilAsync(Daemon.HeardAsync(Cancel));
            if (words.Contains(line.Split(' ')[0]))
                return line;
        }
    }

    /// <summary>Every command up to a <c>pid</c> that this asks for, so that nothing is still on its way.</summary>
    public async Task<List<string>> HeardUpToNowAsync()
    {
        Task<OperationResult> mark = _session!.ExecuteAsync((turn, token) => turn.RawAsync("nclients", token), Cancel);
        List<string> heard = [];
        while (heard is not [.., "nclients"])
            heard.Add(await TurnUntilAsync(Daemon.HeardAsync(Cancel)));
        await TurnUntilAsync(mark);
        return heard;
    }

    public async Task UntilAsync(Func<bool> condition)
    {
        DateTime limit = DateTime.UtcNow + TestWait.Limit;
        while (!condition())
        {
            if (DateTime.UtcNow > limit)
                throw new TimeoutException($"It did not come to that. The server: {Live.Find("paris")}");
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await UntilAsync(() => _running.IsCompleted);
        await Daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    private async Task<T> TurnUntilAsync<T>(Task<T> task)
    {
        await UntilAsync(() => task.IsCompleted);
        return await task;
    }
}
