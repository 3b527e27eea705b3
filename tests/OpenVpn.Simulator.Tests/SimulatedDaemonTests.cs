using System.Net;
using System.Net.Sockets;
using System.Text;

using OpenVpn.Simulator.Clients;

using Tests.Shared;

namespace OpenVpn.Simulator.Tests;

/// <summary>What happens at a simulated daemon, on a clock that the test turns.</summary>
public sealed class SimulatedDaemonTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("simulator-").FullName;
    private readonly SimulatedClient _alice = new("alice", IPAddress.Parse("198.51.100.11"), "user-0");
    private readonly List<SimulatedDaemon> _daemons = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string SocketPath => Path.Combine(_folder, "m.sock");

    public async ValueTask DisposeAsync()
    {
        foreach (SimulatedDaemon daemon in _daemons)
            await daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task In_2_6_a_byte_count_rides_on_a_packet_at_most_once_in_the_interval()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        daemon.Join(_alice);
        await AskAsync(talk, "bytecount 2");

        _time.Advance(TimeSpan.FromSeconds(10)); // nothing passes
        daemon.Move(_alice, 1, 1);
        daemon.Move(_alice, 1, 1);
        _time.Advance(TimeSpan.FromSeconds(2));
        daemon.Move(_alice, 1, 1);

        Assert.Equal(2, (await AskAsync(talk, "pid")).Count(line => line.StartsWith(">BYTECOUNT_CLI:0,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_2_7_the_clock_sends_the_byte_counts_of_everybody()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { Release = OpenVpnRelease.V27 });
        daemon.Join(_alice);
        await AskAsync(talk, "bytecount 2");

        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(3, (await AskAsync(talk, "pid")).Count(line => line.StartsWith(">BYTECOUNT_CLI:0,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_restart_ends_every_session_and_the_clients_come_back_from_CID_0()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { ClientAuth = false });
        SimulatedClient[] clients = [.. Enumerable.Range(1, 100).Select(i => new SimulatedClient($"client{i}", IPAddress.Parse($"198.51.100.{i}")))];
        foreach (SimulatedClient client in clients)
            daemon.Join(client);

        List<string> answer = await AskAsync(talk, "signal SIGUSR1");
        Assert.Equal("SUCCESS: signal SIGUSR1 thrown", answer[^1]);
        Assert.Equal("ERROR: The 'status' command is not supported by the current daemon mode", (await AskAsync(talk, "status 3"))[^1]);
        Assert.DoesNotContain(clients, client => client.IsConnected);
        _time.Advance(TimeSpan.FromSeconds(30));

        Assert.All(clients, client => Assert.True(client.IsConnected));
        Assert.Equal(Enumerable.Range(0, 100), clients.Select(client => (int)client.ClientId!.Value).Order());
    }

    [Fact]
    public async Task After_SIGHUP_the_configured_verb_is_back_and_a_hold_flag_holds_it()
    {
        (_, Talk talk) = await StartAsync(new DaemonOptions());
        await AskAsync(talk, "verb 5");
        await AskAsync(talk, "hold on");

        await AskAsync(talk, "signal SIGHUP");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(">HOLD:Waiting for hold release:0", await talk.NextAsync(Cancel));
        Assert.Equal("SUCCESS: verb=3", (await AskAsync(talk, "verb"))[^1]);
    }

    [Fact]
    public async Task A_client_told_to_restart_is_back_under_a_new_CID_and_one_told_to_halt_is_not()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        SimulatedClient bob = new("bob", IPAddress.Parse("2001:db8:77::b"));
        daemon.Join(_alice);
        daemon.Join(bob);

        await AskAsync(talk, "client-kill 0");
        await AskAsync(talk, "client-kill 1 \"HALT,enough\"");
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(2u, _alice.ClientId);
        Assert.Equal((null, "HALT,enough"), (bob.ClientId, bob.Told));
    }

    [Fact]
    public async Task Who_asks_is_told_with_its_environment_and_who_is_denied_leaves_without_one()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { ClientAuth = true });

        daemon.Join(_alice);
        await talk.UntilAsync(">CLIENT:CONNECT,0,1", Cancel);
        await talk.UntilAsync(">CLIENT:ENV,END", Cancel);
        Assert.Contains(">CLIENT:ENV,common_name=alice", talk.TakeHeard());
        Assert.Equal("SUCCESS: client-deny command succeeded", (await AskAsync(talk, "client-deny 0 1 \"not today\" \"Not today\""))[^1]);
        _time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(">CLIENT:DISCONNECT,0", await talk.NextAsync(Cancel));
        Assert.Equal(">CLIENT:ENV,END", await talk.NextAsync(Cancel));
        Assert.Equal("Not today", _alice.Told);
    }

    [Fact]
    public async Task New_keys_are_asked_for_with_a_higher_KID()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { ClientAuth = true });
        daemon.Join(_alice);
        await AskAsync(talk, "client-auth 0 1\nEND");
        _time.Advance(TimeSpan.FromSeconds(1));

        daemon.Renegotiate(_alice);

        await talk.UntilAsync(">CLIENT:REAUTH,0,3", Cancel);
    }

    [Fact]
    public async Task A_filtered_environment_begins_with_what_the_client_says_about_itself()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { ClientAuth = true });
        await AskAsync(talk, "env-filter 1");

        daemon.Join(new SimulatedClient("mallory", IPAddress.Loopback) { PeerInfo = ["common_name=admin"] });

        await talk.UntilAsync(">CLIENT:CONNECT,0,1", Cancel);
        Assert.Equal(">CLIENT:ENV,common_name=admin", await talk.NextAsync(Cancel));
        await talk.UntilAsync(">CLIENT:ENV,END", Cancel);
        Assert.DoesNotContain(talk.Heard, line => line.Contains("common_name=mallory", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_of_more_than_511_bytes_takes_the_rest_of_the_reply_with_it()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        daemon.Join(new SimulatedClient("mallory", IPAddress.Loopback, new string('u', 450)));

        List<string> answer = await AskAsync(talk, "status 3\npid");

        Assert.DoesNotContain("END", answer);
        Assert.StartsWith("SUCCESS: pid=", answer[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tail_of_a_line_that_is_too_long_is_run_as_a_command()
    {
        (_, Talk talk) = await StartAsync(new DaemonOptions());

        await talk.SendAsync(new string('x', 1024) + "pid", Cancel);

        Assert.Equal("SUCCESS: pid=4711", await talk.NextAsync(Cancel));
    }

    [Fact]
    public async Task A_frozen_daemon_answers_when_it_goes_on()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        daemon.Freeze();

        await talk.SendAsync("pid", Cancel);
        Task<string?> answer = talk.NextAsync(Cancel);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(answer.IsCompleted);
        daemon.Thaw();

        Assert.Equal("SUCCESS: pid=4711", await answer);
    }

    [Fact]
    public async Task A_crash_leaves_half_a_reply_and_the_socket_behind_and_an_end_in_good_order_neither()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        daemon.CrashAfter(100);
        await talk.SendAsync("status 3", Cancel);

        while (await talk.NextAsync(Cancel) is not null)
        {
        }
        await daemon.Exited.WaitAsync(Cancel);
        Assert.True(File.Exists(SocketPath));
        (SimulatedDaemon second, Talk again) = await StartAsync(new DaemonOptions());
        await AskAsync(again, "state on");
        second.Signal("SIGTERM");

        await again.UntilAsync(">STATE:", Cancel);
        Assert.Null(await again.NextAsync(Cancel));
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public async Task A_daemon_ends_though_nobody_reads_what_it_says()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        for (int i = 0; i < 2000; i++)
            daemon.Join(new SimulatedClient($"client{i}", IPAddress.Loopback));
        Assert.True(daemon.UnsentBytes > 0);

        await daemon.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromMinutes(2), Cancel);

        await talk.DisposeAsync();
    }

    [Fact]
    public async Task Who_leaves_in_the_midst_of_what_is_said_leaves_the_slot_to_the_next()
    {
        (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions());
        for (int i = 0; i < 20; i++)
        {
            while (daemon.UnsentBytes == 0)
                daemon.Say(new string('x', 100_000));

            await talk.DisposeAsync();

            talk = await Talk.ConnectAsync(SocketPath, Cancel);
            await talk.UntilAsync(">INFO:", Cancel);
        }
        await talk.DisposeAsync();
    }

    [Fact]
    public async Task A_daemon_that_dials_out_ends_with_its_connection()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        listener.Listen();
        SimulatedDaemon daemon = Create(new DaemonOptions());

        await daemon.DialAsync(new UnixDomainSocketEndPoint(SocketPath), Cancel);
        using (Socket connection = await listener.AcceptAsync(Cancel))
        {
            byte[] greeting = new byte[5];
            await connection.ReceiveAsync(greeting, Cancel);
            Assert.Equal(">INFO", Encoding.UTF8.GetString(greeting));
        }

        await daemon.Exited.WaitAsync(Cancel);
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_conversation()
    {
        List<string>[] conversations = new List<string>[2];
        for (int i = 0; i < conversations.Length; i++)
        {
            (SimulatedDaemon daemon, Talk talk) = await StartAsync(new DaemonOptions { Seed = 7, ProcessId = 1 }, new ManualTimeProvider());
            foreach (string name in (string[])["alice", "bob", "carol"])
                daemon.Join(new SimulatedClient(name, IPAddress.Loopback));
            conversations[i] = await AskAsync(talk, "status 3\nlog all\npid");
        }

        Assert.Equal(conversations[0], conversations[1]);
    }

    private SimulatedDaemon Create(DaemonOptions options, ManualTimeProvider? time = null)
    {
        SimulatedDaemon daemon = new(options, time ?? _time);
        _daemons.Add(daemon);
        return daemon;
    }

    private async Task<(SimulatedDaemon Daemon, Talk Talk)> StartAsync(DaemonOptions options, ManualTimeProvider? time = null)
    {
        SimulatedDaemon daemon = Create(options, time);
        daemon.Listen(new UnixDomainSocketEndPoint(SocketPath));
        Talk talk = await Talk.ConnectAsync(SocketPath, Cancel);
        await talk.UntilAsync(">INFO:", Cancel);
        talk.TakeHeard();
        return (daemon, talk);
    }

    /// <summary>Everything up to the last reply to a command line or more of them.</summary>
    private static async Task<List<string>> AskAsync(Talk talk, string commands)
    {
        talk.TakeHeard();
        await talk.SendAsync(commands + "\nnosuch", Cancel);
        await talk.UntilAsync("ERROR: unknown command", Cancel);
        return talk.TakeHeard()[..^1];
    }
}
