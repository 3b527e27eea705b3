using System.Net;
using System.Net.Sockets;

using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

using OpenVpn.Simulator;
using OpenVpn.Simulator.Clients;

using Tests.Shared;

namespace Dashboard.Tests.Fleet;

/// <summary>One server's loop against a simulated daemon on a real unix socket, both on one clock that the test turns.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    public const string Server = "paris";

    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-").FullName;
    private readonly List<SimulatedDaemon> _daemons = [];
    private ServerSession? _session;
    private Task _running = Task.CompletedTask;

    public SimulatedFleet()
    {
        Live = new LiveStore(Time, NullLogger<LiveStore>.Instance);
        Options = new ServerOptions { Name = Server, Endpoint = "unix:" + SocketPath };
    }

    public ManualTimeProvider Time { get; } = new();

    public LiveStore Live { get; }

    public RecordingObserver Observer { get; } = new();

    public ServerOptions Options { get; }

    public string SocketPath => PathOf("m.sock");

    public ServerSnapshot Snapshot => Live.Find(Server)!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public string PathOf(string name) => Path.Combine(_folder, name);

    /// <summary>Starts a daemon, in place of the one before if there was one.</summary>
    public SimulatedDaemon StartDaemon(DaemonOptions? options = null)
    {
        SimulatedDaemon daemon = new(options ?? new DaemonOptions(), Time);
        _daemons.Add(daemon);
        daemon.Listen(new UnixDomainSocketEndPoint(SocketPath));
        return daemon;
    }

    public static SimulatedClient[] Join(SimulatedDaemon daemon, int clients)
    {
        SimulatedClient[] joined = [.. Enumerable.Range(1, clients).Select(i => new SimulatedClient($"client{i}", IPAddress.Parse($"198.51.100.{i}")))];
        foreach (SimulatedClient client in joined)
            daemon.Join(client);
        return joined;
    }

    /// <summary>Begins to look after the server.</summary>
    public void Watch()
    {
        _session = new ServerSession(Options, Live, [Observer], Time, NullLogger.Instance);
        _running = Task.Run(() => _session.RunAsync(_stop.Token), Cancel);
    }

    /// <summary>Does not turn the clock; see <see cref="UntilAsync(Func{bool})"/>.</summary>
    public Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation) => _session!.ExecuteAsync(operation, Cancel);

    public void ReleaseSlot(TimeSpan length) => Assert.Equal(OperationOutcome.Done, _session!.ReleaseSlot(length).Outcome);

    public async Task<T> UntilAsync<T>(Task<T> task)
    {
        await UntilAsync(() => task.IsCompleted);
        return await task;
    }

    public async Task<ServerSnapshot> UntilAsync(Func<ServerSnapshot, bool> condition)
    {
        ServerSnapshot found = null!;
        await UntilAsync(() => condition(found = Snapshot));
        return found;
    }

    /// <summary>Until it is live, and past all that a session asks at its beginning: what happens in the midst of that is another story.</summary>
    public async Task UntilLiveAsync()
    {
        await UntilAsync(s => s.IsLive);
        await UntilAsync(ExecuteAsync((_, _) => Task.FromResult(new OperationResult(OperationOutcome.Done, ""))));
    }

    /// <summary>Lets time pass on both sides.</summary>
    public Task PassAsync(TimeSpan time)
    {
        DateTimeOffset end = Time.GetUtcNow() + time;
        return UntilAsync(() => Time.GetUtcNow() >= end);
    }

    /// <summary>Turns the clock until it has come to that. What goes through a socket has no clock to turn, so each step leaves it a moment.</summary>
    public async Task UntilAsync(Func<bool> condition)
    {
        DateTime limit = DateTime.UtcNow + TestWait.Limit;
        while (!condition())
        {
            if (DateTime.UtcNow > limit)
                throw new TimeoutException($"It did not come to that. The server: {Snapshot}");
            Time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Cancel);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (SimulatedDaemon daemon in _daemons)
            daemon.Thaw();
        await _stop.CancelAsync();
        await UntilAsync(() => _running.IsCompleted);
        await _running;
        foreach (SimulatedDaemon daemon in _daemons)
            await daemon.DisposeAsync();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
