using System.Diagnostics;
using System.Globalization;

using Dashboard.Fleet;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Scale;

/// <summary>The dashboard's fleet over all simulated servers, without web pages and without a database.</summary>
internal sealed class Watched : IAsyncDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    private readonly FleetService _fleet;
    private readonly LiveStore _live;
    private readonly Counter _counter;
    private readonly Simulators _simulators;

    private Watched(Simulators simulators)
    {
        _simulators = simulators;
        _counter = new Counter();
        _live = new LiveStore(TimeProvider.System, NullLogger<LiveStore>.Instance);
        FleetOptions options = new() { Servers = [.. simulators.Servers.Select(server => new ServerOptions { Name = server.Name, Endpoint = "unix:" + server.Socket })] };
        _fleet = new FleetService(Options.Create(options), _live, [_counter], new OpenGates(), TimeProvider.System, NullLogger<FleetService>.Instance);
    }

    public TimeSpan StartTook { get; private set; }

    /// <summary>Returns when every server is live with all its clients.</summary>
    public static async Task<Watched> StartAsync(Simulators simulators, int clients)
    {
        Watched watched = new(simulators);
        long begin = Stopwatch.GetTimestamp();
        await watched._fleet.StartAsync(CancellationToken.None);
        while (!watched._live.Servers.Values.All(server => server.IsLive && server.Clients?.Length == clients))
        {
            if (Stopwatch.GetElapsedTime(begin) > s_limit)
                throw new TimeoutException($"Not all are live: {watched._live.Servers.Values.First(server => !server.IsLive || server.Clients?.Length != clients)}");
            await Task.Delay(50);
        }
        watched.StartTook = Stopwatch.GetElapsedTime(begin);
        await Task.Delay(TimeSpan.FromSeconds(10)); // until each rate has its first points
        return watched;
    }

    /// <summary>Bytes in use after a full collection.</summary>
    public static long Heap()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    /// <summary>Lets so many viewers read all servers twice a second, and measures what the fleet does meanwhile.</summary>
    public async Task<string> ObserveAsync(int viewers, TimeSpan duration)
    {
        long read = 0;
        List<IDisposable> subscriptions = [.. Enumerable.Range(0, viewers).Select(_ => _live.Subscribe(
            () =>
            {
                Interlocked.Add(ref read, _live.Servers.Count);
                return Task.CompletedTask;
            },
            TimeSpan.FromMilliseconds(500)))];
        Process self = Process.GetCurrentProcess();
        TimeSpan cpu = self.TotalProcessorTime, theirs = _simulators.Cpu;
        long counts = _counter.Counts, allocated = GC.GetTotalAllocatedBytes();
        long begin = Stopwatch.GetTimestamp();
        (long snapshots, double worstAge) = await CountSnapshotsAsync(duration);
        double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        self.Refresh();
        double used = (self.TotalProcessorTime - cpu).TotalSeconds;
        foreach (IDisposable subscription in subscriptions)
            subscription.Dispose();
        return string.Create(CultureInfo.InvariantCulture, $"{viewers,2} viewers: {used / seconds:N2} cores (simulators {(_simulators.Cpu - theirs).TotalSeconds / seconds:N2}), "
            + $"{snapshots / seconds / _live.Servers.Count:N2} snapshots a second and server, {used / Math.Max(1, snapshots) * 1e6:N0} us each all in all, {(_counter.Counts - counts) / seconds:N0} counters a second, "
            + $"{(GC.GetTotalAllocatedBytes() - allocated) / seconds / 1e6:N1} MB/s allocated, oldest list of clients {worstAge:N1} s");
    }

    public async ValueTask DisposeAsync()
    {
        await _fleet.StopAsync(CancellationToken.None);
        _fleet.Dispose();
    }

    // A server publishes at most four times a second: looking eight times sees each of them.
    private async Task<(long Snapshots, double WorstAge)> CountSnapshotsAsync(TimeSpan duration)
    {
        Dictionary<string, ServerSnapshot> last = [];
        long snapshots = 0;
        double worst = 0;
        using PeriodicTimer look = new(TimeSpan.FromMilliseconds(125));
        for (long begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < duration && await look.WaitForNextTickAsync();)
        {
            foreach ((string name, ServerSnapshot now) in _live.Servers)
            {
                if (last.TryGetValue(name, out ServerSnapshot? before) && !ReferenceEquals(before, now))
                    snapshots++;
                last[name] = now;
                worst = Math.Max(worst, (DateTimeOffset.UtcNow - (now.ClientsAsOf ?? now.AsOf)).TotalSeconds);
            }
        }
        return (snapshots, worst);
    }

    /// <summary>Counts what goes to the accounting.</summary>
    private sealed class Counter : IFleetObserver
    {
        private long _counts;

        public long Counts => Volatile.Read(ref _counts);

        public void SessionSeen(SessionIdentity session, SessionDetails details, DateTimeOffset at)
        {
        }

        public void CountersReported(SessionId session, long received, long sent, DateTimeOffset at) => Interlocked.Increment(ref _counts);

        public void SessionEnded(SessionId session, DateTimeOffset notBefore, DateTimeOffset notAfter, string? reason)
        {
        }

        public void WatchChanged(string server, bool watching, DateTimeOffset at)
        {
        }
    }
}
