using System.Net;
using System.Net.Sockets;
using System.Text;

using Dashboard.Fleet;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Mgmt.Core.Commands;
using Mgmt.Core.Connection;

using OpenVpn.Simulator;
using OpenVpn.Simulator.Clients;

namespace Dashboard.Tests.Fleet;

/// <summary>What goes wrong between the dashboard and a daemon, and how a server's loop comes through it.</summary>
public sealed class ReliabilityTests : IAsyncDisposable
{
    private readonly SimulatedFleet _fleet = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task A_refused_connection_is_tried_ever_more_slowly_and_found_when_it_is_back()
    {
        _fleet.StartDaemon().Crash(); // its socket stays behind
        _fleet.Watch();
        Assert.Equal("Connection refused.", (await _fleet.UntilAsync(s => s.Status is ServerStatus.Unreachable)).Detail);

        HashSet<DateTimeOffset> attempts = [];
        DateTimeOffset begin = _fleet.Time.GetUtcNow();
        await _fleet.UntilAsync(() =>
        {
            attempts.Add(_fleet.Snapshot.NextAttempt ?? begin);
            return _fleet.Time.GetUtcNow() - begin > TimeSpan.FromMinutes(5);
        });
        Assert.InRange(attempts.Count, 10, 20); // 1, 2, 4, 8, 16 s, then 30 s each, more or less

        _fleet.StartDaemon();
        await _fleet.UntilLiveAsync();
    }

    [Fact]
    public async Task A_server_that_was_back_is_tried_again_as_soon_as_one_that_was_never_lost()
    {
        _fleet.StartDaemon().Crash();
        _fleet.Watch();
        await _fleet.UntilAsync(s => s.NextAttempt - s.AsOf > TimeSpan.FromSeconds(12)); // five failures
        SimulatedDaemon daemon = _fleet.StartDaemon();
        await _fleet.UntilLiveAsync();

        daemon.Crash();

        ServerSnapshot lost = await _fleet.UntilAsync(s => s.Status is ServerStatus.Unreachable);
        Assert.InRange(lost.NextAttempt!.Value - lost.StatusSince, TimeSpan.FromSeconds(0.8), TimeSpan.FromSeconds(1.2));
    }

    [Fact]
    public async Task A_black_hole_is_given_up_after_seconds()
    {
        using Socket full = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        using Socket visitor = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(full.LocalEndPoint!, Cancel); // there is room for no more: the kernel drops every further packet
        _fleet.Options.Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)full.LocalEndPoint!).Port}";
        DateTimeOffset begin = _fleet.Time.GetUtcNow();
        _fleet.Watch();

        ServerSnapshot server = await _fleet.UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.StartsWith("No answer", server.Detail, StringComparison.Ordinal);
        Assert.InRange(server.StatusSince - begin, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_busy_slot_is_waited_for_and_taken_when_it_is_free()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        using (Socket other = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            await other.ConnectAsync(new UnixDomainSocketEndPoint(_fleet.SocketPath), Cancel);
            await TestWait.UntilAsync(() => daemon.IsManaged);
            _fleet.Watch();
            await _fleet.UntilAsync(s => s.Status is ServerStatus.SlotTaken);
        }

        await _fleet.UntilLiveAsync();
    }

    [Fact]
    public async Task An_end_of_file_in_the_middle_of_the_list_keeps_the_list_before_and_ends_nobody()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedFleet.Join(daemon, 30);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s.Clients is { Length: 30 });
        _fleet.Observer.Take();

        daemon.OnCommand = command =>
        {
            if (command == "status 3")
                daemon.CrashAfter(1500);
        };
        ServerSnapshot lost = await _fleet.UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.Equal(30, lost.Clients!.Value.Length);
        Assert.DoesNotContain(_fleet.Observer.Take(), report => report.StartsWith("ended", StringComparison.Ordinal));
        SimulatedFleet.Join(_fleet.StartDaemon(), 2);
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 2 });
    }

    [Fact]
    public async Task A_password_that_is_wrong_again_and_again_is_tried_slowly_and_the_right_one_is_noticed()
    {
        _fleet.Options.PasswordFile = _fleet.PathOf("password");
        await File.WriteAllTextAsync(_fleet.Options.PasswordFile, "wrong", Cancel);
        _fleet.StartDaemon(new DaemonOptions { Password = "right" });
        _fleet.Watch();
        HashSet<DateTimeOffset> attempts = [];
        await _fleet.UntilAsync(s =>
        {
            if (s is { Status: ServerStatus.PasswordWrong, NextAttempt: { } next })
                attempts.Add(next);
            return attempts.Count == 3;
        });
        Assert.True(attempts.Max() - attempts.Min() > TimeSpan.FromSeconds(4));

        await File.WriteAllTextAsync(_fleet.Options.PasswordFile, "right\n", Cancel);

        await _fleet.UntilLiveAsync();
    }

    [Fact]
    public async Task Garbage_is_survived()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedFleet.Join(daemon, 3);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s.Clients is { Length: 3 });
        Random random = new(4711);

        for (int i = 0; i < 50; i++)
        {
            byte[] garbage = new byte[random.Next(4000)];
            random.NextBytes(garbage);
            daemon.Say(Encoding.Latin1.GetString(garbage) + "\r\n");
            daemon.Say($">CLIENT:ESTABLISHED,{random.Next(9)}\r\n>CLIENT:ENV,common_name=x\r\n>BYTECOUNT_CLI:{i},{i * -7},99999999999999999999\r\n>STATE:,,\r\n>LOG:\r\n>HOLD\r\n");
        }
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));

        ServerSnapshot server = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 3 });
        Assert.All(server.Clients!.Value, client => Assert.StartsWith("client", client.CommonName, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_comes_after_its_time_is_not_the_next_command_s()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        _fleet.Watch();
        await _fleet.UntilLiveAsync();

        daemon.Freeze();
        OperationResult late = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token)));
        Task<OperationResult> next = _fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.Off, token));
        daemon.Thaw();

        Assert.NotEqual(OperationOutcome.Done, late.Outcome); // failed, or not sent where a question of the dashboard's own had been in front of it
        Assert.Equal("hold flag set to OFF", (await _fleet.UntilAsync(next)).Reply);
        await _fleet.UntilLiveAsync();
    }

    [Fact]
    public async Task A_list_that_never_ends_costs_neither_the_session_nor_the_next_command()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        daemon.Join(new SimulatedClient("mallory", IPAddress.Loopback, new string('u', 450)));
        _fleet.Watch();

        ServerSnapshot server = await _fleet.UntilAsync(s => s is { IsLive: true, ListIsComplete: false });

        OperationResult result = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token)));
        Assert.Equal("hold flag set to ON", result.Reply);
        await _fleet.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(server.Connection, _fleet.Snapshot.Connection);
        Assert.Equal(["watching"], _fleet.Observer.Take().Where(report => report.EndsWith("watching", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Behind_a_row_that_cuts_the_list_off_who_leaves_is_seen_to_leave_and_who_stays_can_be_disconnected()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 20);
        _fleet.Watch();
        ServerSnapshot before = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 20 });
        daemon.Join(new SimulatedClient("mallory", IPAddress.Loopback, new string('u', 450)));
        await _fleet.UntilAsync(s => !s.ListIsComplete);

        daemon.Leave(clients[0], LeaveReason.Silence);
        daemon.Leave(clients[19], LeaveReason.Silence);
        await _fleet.UntilAsync(s => s.Clients!.Value.Length == 18);

        foreach (ClientSnapshot client in before.Clients!.Value.Where(client => client.CommonName is "client2" or "client10" or "client18"))
        {
            OperationResult result = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.DisconnectAsync(client.Identity, DisconnectMode.Halt, token)));
            Assert.Equal(OperationOutcome.Done, result.Outcome);
        }
        await _fleet.UntilAsync(s => s.Clients!.Value.Length == 15);
        Assert.False(_fleet.Snapshot.ListIsComplete);
    }

    [Fact]
    public async Task A_minute_in_which_nobody_here_looks_costs_the_daemon_no_memory_and_what_was_missed_is_read_again()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 20);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 20 });
        TaskCompletionSource<OperationResult> stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<OperationResult> operation = _fleet.ExecuteAsync((_, _) => stuck.Task); // the loop stands

        for (int second = 0; second < 60; second++)
        {
            for (int line = 0; line < 200; line++)
                daemon.Log("I", new string('x', 1000));
            foreach (SimulatedClient client in clients)
                daemon.Move(client, 1000, 1000);
            await TestWait.UntilAsync(() => daemon.UnsentBytes == 0);
            await _fleet.PassAsync(TimeSpan.FromSeconds(1));
        }
        Assert.False(operation.IsCompleted);
        daemon.Leave(clients[0], LeaveReason.Silence);
        stuck.SetResult(new OperationResult(OperationOutcome.Done, ""));

        ServerSnapshot server = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 19 });
        Assert.All(server.Clients!.Value, client => Assert.True(client.ReceivedBytes >= 60_000));
    }

    [Theory]
    [InlineData(false, ServerStatus.Live)]
    [InlineData(true, ServerStatus.Held)]
    public async Task How_a_restart_ended_is_asked_for_when_the_daemon_s_words_were_lost(bool hold, ServerStatus expected)
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedFleet.Join(daemon, 2);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 2 });
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(hold ? HoldAction.On : HoldAction.Off, token)));
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<OperationResult> operation = _fleet.ExecuteAsync(async (watch, token) =>
        {
            begun.SetResult();
            await said.Task; // nobody here looks
            await ((IServerTurn)watch).Connection.GetPidAsync(token); // all that was said before has come
            return new OperationResult(OperationOutcome.Done, "");
        });
        await _fleet.UntilAsync(() => begun.Task.IsCompleted);

        daemon.Signal("SIGHUP"); // RECONNECTING is kept
        for (int line = 0; line < 2 * new ManagementConnectionOptions().EventCapacity; line++)
            daemon.Log("I", "much ado");
        await _fleet.PassAsync(TimeSpan.FromSeconds(2)); // CONNECTED, or HOLD, is not
        said.SetResult();
        await _fleet.UntilAsync(operation);

        await _fleet.UntilAsync(s => s.Status == expected);
        await _fleet.UntilAsync(() => _fleet.Observer.Said.Where(said => said is { Kind: ServerEventKind.State, Replay: > 0 }).DistinctBy(said => said.Replay).Count() == 2); // told at first, and when asked
    }

    [Fact]
    public async Task A_hold_after_SIGHUP_is_released_where_the_policy_says_so()
    {
        _fleet.Options.HoldPolicy = HoldPolicy.Release;
        SimulatedDaemon daemon = _fleet.StartDaemon();
        _fleet.Watch();
        await _fleet.UntilLiveAsync();
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token)));

        daemon.Signal("SIGHUP");

        await _fleet.UntilAsync(s => !s.IsLive);
        await _fleet.UntilLiveAsync();
    }

    [Fact]
    public async Task The_log_level_that_is_shown_is_the_daemon_s_own_also_after_SIGHUP()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Verb = 3 });
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Verb: 3 });

        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.VerbAsync(5, token)));
        await _fleet.UntilAsync(s => s.Verb == 5);
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.RawAsync("verb 7", token)));
        await _fleet.UntilAsync(s => s.Verb == 7);
        daemon.Signal("SIGHUP");

        await _fleet.UntilAsync(s => s is { IsLive: true, Verb: 3 });
    }

    [Theory]
    [InlineData(OpenVpnRelease.V26)]
    [InlineData(OpenVpnRelease.V27)]
    public async Task A_session_is_killed_at_once_and_another_of_the_same_name_stays(OpenVpnRelease release)
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Release = release, DuplicateNames = true });
        daemon.Join(new SimulatedClient("twin", IPAddress.Parse("198.51.100.1")));
        daemon.Join(new SimulatedClient("twin", IPAddress.Parse("198.51.100.2")));
        _fleet.Watch();
        SessionIdentity twin = (await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 2 })).Clients!.Value[0].Identity;

        OperationResult result = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.DisconnectAsync(twin, DisconnectMode.Kill, "ana", first: null, token)));

        Assert.True(result.Succeeded, result.Reply);
        ServerSnapshot after = await _fleet.UntilAsync(s => s.Clients is [_]);
        Assert.NotEqual(twin.Id, after.Clients!.Value[0].Session);
        Assert.Contains(_fleet.Observer.Take(), report => report.StartsWith("ended twin", StringComparison.Ordinal) && report.EndsWith("ended by ana", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_session_that_kill_cannot_mean_alone_is_not_killed()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { DuplicateNames = true });
        daemon.Join(new SimulatedClient("twin", IPAddress.Parse("2001:db8::1")));
        daemon.Join(new SimulatedClient("twin", IPAddress.Parse("2001:db8::2")));
        _fleet.Watch();
        ServerSnapshot before = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 2 });

        OperationResult result = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.DisconnectAsync(before.Clients!.Value[0].Identity, DisconnectMode.Kill, token)));

        Assert.Equal(OperationOutcome.Refused, result.Outcome);
    }

    [Fact]
    public async Task SIGUSR2_would_end_a_daemon_that_is_held_and_is_not_sent()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Hold = true });
        _fleet.Watch();
        await _fleet.UntilAsync(s => s.Status is ServerStatus.Held);

        OperationResult result = await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGUSR2, token)));

        Assert.Equal(OperationOutcome.Refused, result.Outcome);
        Assert.False(daemon.Exited.IsCompleted);
    }

    [Fact]
    public async Task A_hold_after_SIGHUP_waits_for_a_person_otherwise()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 1);
        _fleet.Watch();
        await _fleet.UntilLiveAsync();
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token)));
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGHUP, token)));

        await _fleet.UntilAsync(s => s.Status is ServerStatus.Held);
        await _fleet.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(ServerStatus.Held, _fleet.Snapshot.Status);
        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.Release, token)));

        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 1 });
        Assert.True(clients[0].IsConnected);
    }

    [Theory]
    [InlineData(OpenVpnRelease.V26)]
    [InlineData(OpenVpnRelease.V27)]
    public async Task After_SIGUSR1_a_hundred_clients_are_a_hundred_new_sessions_and_no_rate_is_impossible(OpenVpnRelease release)
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Release = release });
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 100);
        _fleet.Watch();
        ServerSnapshot before = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 100 });
        await MoveAsync(clients, daemon, seconds: 6);
        _fleet.Observer.Take();

        await _fleet.UntilAsync(_fleet.ExecuteAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGUSR1, token)));
        await MoveAsync(clients, daemon, seconds: 40);

        ServerSnapshot after = await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 100 });
        Assert.Empty(before.Clients!.Value.Select(c => c.Session).Intersect(after.Clients!.Value.Select(c => c.Session)));
        string[] reports = _fleet.Observer.Take();
        Assert.Equal(100, reports.Count(report => report.StartsWith("ended", StringComparison.Ordinal) && report.EndsWith("RECONNECTING: SIGUSR1", StringComparison.Ordinal)));
        Assert.Equal(100, reports.Count(report => report.StartsWith("ended", StringComparison.Ordinal)));
        Assert.Equal(100, reports.Count(report => report.StartsWith("seen", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(OpenVpnRelease.V26)]
    [InlineData(OpenVpnRelease.V27)]
    public async Task What_passed_while_the_slot_was_released_makes_no_impossible_rate(OpenVpnRelease release)
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Release = release });
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 10);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 10 });
        await MoveAsync(clients, daemon, seconds: 6);

        _fleet.ReleaseSlot(TimeSpan.FromMinutes(10));
        await _fleet.UntilAsync(s => s.Status is ServerStatus.Released);
        foreach (SimulatedClient client in clients)
            daemon.Move(client, 6_000_000, 6_000_000);
        _fleet.Time.Advance(TimeSpan.FromMinutes(9.9));
        await MoveAsync(clients, daemon, seconds: 30);

        ServerSnapshot after = await _fleet.UntilAsync(s => s is { IsLive: true, ReceivedRate: > 0 });
        Assert.All(after.Clients!.Value, client => Assert.True(client.ReceivedBytes > 6_000_000));
        Assert.DoesNotContain(after.Throughput, point => point.IsKnown && point.Received > 10 * 100_000);
    }

    [Fact]
    public async Task Where_the_kernel_moves_the_packets_rates_come_from_the_lists_and_fall_to_zero_with_them()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon(new DaemonOptions { Dco = true });
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 3);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 3, Dco: true });

        await MoveAsync(clients, daemon, seconds: 40);

        Assert.All(_fleet.Snapshot.Clients!.Value, client => Assert.Equal(RateSource.Status, client.RateSource));
        Assert.All(_fleet.Snapshot.Clients!.Value, client => Assert.InRange(client.ReceivedRate ?? 0, 8_000, 12_000));
        await _fleet.UntilAsync(s => s is { ReceivedRate: 0, SentRate: 0 });
    }

    [Fact]
    public async Task What_passed_while_an_operation_kept_everything_waiting_makes_no_impossible_rate()
    {
        SimulatedDaemon daemon = _fleet.StartDaemon();
        SimulatedClient[] clients = SimulatedFleet.Join(daemon, 10);
        _fleet.Watch();
        await _fleet.UntilAsync(s => s is { IsLive: true, Clients.Length: 10 });
        await MoveAsync(clients, daemon, seconds: 6);
        TaskCompletionSource<OperationResult> stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<OperationResult> operation = _fleet.ExecuteAsync((_, _) => stuck.Task);

        for (int second = 0; second < 60; second++)
        {
            foreach (SimulatedClient client in clients)
                daemon.Move(client, 100_000, 100_000);
            await _fleet.PassAsync(TimeSpan.FromSeconds(1));
        }
        stuck.SetResult(new OperationResult(OperationOutcome.Done, ""));
        await _fleet.UntilAsync(operation);
        await MoveAsync(clients, daemon, seconds: 10);

        Assert.All((await _fleet.UntilAsync(s => s is { IsLive: true, ReceivedRate: > 0 })).Clients!.Value, client => Assert.True(client.ReceivedBytes > 6_000_000));
    }

    /// <summary>10 kB a second each, and never shown as much more.</summary>
    private async Task MoveAsync(SimulatedClient[] clients, SimulatedDaemon daemon, int seconds)
    {
        for (int second = 0; second < seconds; second++)
        {
            foreach (SimulatedClient client in clients)
                daemon.Move(client, 10_000, 10_000);
            await _fleet.PassAsync(TimeSpan.FromSeconds(1));
            foreach (ClientSnapshot client in _fleet.Snapshot.Clients ?? [])
                Assert.InRange(client.ReceivedRate ?? 0, 0, 100_000);
        }
    }
}
