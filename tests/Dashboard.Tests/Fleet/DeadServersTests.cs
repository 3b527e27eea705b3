using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Events;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using OpenVpn.Simulator;

using Tests.Shared;

namespace Dashboard.Tests.Fleet;

/// <summary>A hundred servers, thirty of them dead in one way or another.</summary>
public sealed class DeadServersTests
{
    private const int Alive = 70;
    private const int DeadOfAKind = 10;
    private const int Rounds = 30;

    /// <summary>A loop that was not done yet when the clock moved pauses once more before it looks again.</summary>
    private const int MostNudges = 4;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a daemon is asked something.</summary>
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Thirty_dead_servers_do_not_move_the_interval_of_the_seventy_others()
    {
        string folder = Directory.CreateTempSubdirectory("dead-").FullName;
        ManualTimeProvider time = new();
        ConcurrentDictionary<string, int> asked = [];
        List<SimulatedDaemon> daemons = [];
        List<ServerOptions> servers = [];
        for (int i = 0; i < Alive; i++)
        {
            string name = $"alive{i}";
            SimulatedDaemon daemon = new(new DaemonOptions { Seed = i }, time) { OnCommand = command => Count(name, command) };
            SimulatedFleet.Join(daemon, 2); // somebody is there: a quiet server is listed less often
            daemon.Listen(new UnixDomainSocketEndPoint(Path.Combine(folder, name)));
            daemons.Add(daemon);
            servers.Add(new ServerOptions { Name = name, Endpoint = "unix:" + Path.Combine(folder, name), ByteCountInterval = s_interval });
        }
        using Socket silent = Listen(backlog: 100), full = Listen(backlog: 0);
        using Socket visitor = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(full.LocalEndPoint!, TestContext.Current.CancellationToken);
        for (int i = 0; i < DeadOfAKind; i++)
        {
            servers.Add(new ServerOptions { Name = $"missing{i}", Endpoint = "unix:" + Path.Combine(folder, $"missing{i}") });
            servers.Add(new ServerOptions { Name = $"silent{i}", Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)silent.LocalEndPoint!).Port}" });
            servers.Add(new ServerOptions { Name = $"hole{i}", Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)full.LocalEndPoint!).Port}" });
        }
        LiveStore live = new(time, NullLogger<LiveStore>.Instance);
        using FleetService fleet = new(Options.Create(new FleetOptions { Servers = servers }), live, [], new NoGates(), time, NullLogger<FleetService>.Instance);
        await fleet.StartAsync(TestContext.Current.CancellationToken);
        await TestWait.UntilAsync(() => live.Servers.Values.Count(server => server.IsLive) == Alive);

        // The clock stands while everybody alive is waited for: whoever waited for a dead one's time-out would wait for ever.
        DateTimeOffset begin = time.GetUtcNow();
        for (int round = 1; round <= Rounds; round++)
        {
            int[] before = [.. servers.Take(Alive).Select(server => asked.GetValueOrDefault(server.Name))];
            time.Advance(s_interval);
            for (int nudge = 1; !await AllAskedAsync(before, nudge); nudge++)
            {
                Assert.True(nudge <= MostNudges, $"round {round}: nothing was asked of {string.Join(", ", Late(before).Select(i => servers[i].Name))}");
                time.Advance(s_pause);
            }
        }

        Assert.Equal(Alive, live.Servers.Values.Count(server => server.IsLive));
        Assert.All(live.Servers.Values.Where(server => !server.IsLive), server => Assert.True(server.Status is ServerStatus.Unreachable or ServerStatus.SlotTaken, server.ToString()));
        int most = (int)((time.GetUtcNow() - begin) / s_interval) + 2;
        Assert.All(asked.Values, count => Assert.InRange(count, Rounds, most));
        Task stopping = fleet.StopAsync(TestContext.Current.CancellationToken);
        while (!stopping.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await stopping;
        foreach (SimulatedDaemon daemon in daemons)
            await daemon.DisposeAsync();
        Directory.Delete(folder, recursive: true);

        IEnumerable<int> Late(int[] before) => Enumerable.Range(0, Alive).Where(i => asked.GetValueOrDefault(servers[i].Name) <= before[i]);

        async Task<bool> AllAskedAsync(int[] before, int nudge)
        {
            DateTime limit = DateTime.UtcNow + nudge * TimeSpan.FromMilliseconds(500);
            while (Late(before).Any())
            {
                if (DateTime.UtcNow > limit)
                    return false;
                await Task.Delay(5, TestContext.Current.CancellationToken);
            }
            return true;
        }

        void Count(string server, string command)
        {
            if (command == "load-stats")
                asked.AddOrUpdate(server, 1, static (_, count) => count + 1);
        }
    }

    private static Socket Listen(int backlog)
    {
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(backlog);
        return listener;
    }

    private sealed class NoGates : IClientGates
    {
        public IClientGate For(ServerOptions server) => new OpenGate();
    }

    private sealed class OpenGate : IClientGate
    {
        public ImmutableArray<WaitingClient> Waiting => [];

        public void Reset()
        {
        }

        public void Take(ManagementEvent happened)
        {
        }

        public Task WorkAsync(IServerTurn turn, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
