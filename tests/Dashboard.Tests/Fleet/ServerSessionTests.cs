using System.Net;
using System.Net.Sockets;
using System.Text;

using Dashboard.Fleet;
using Dashboard.Fleet.Diagnosis;
using Dashboard.Fleet.Operations;
using Dashboard.Live;

using Microsoft.Extensions.Logging.Abstractions;

using Tests.Shared;

namespace Dashboard.Tests.Fleet;

/// <summary>One server's loop against a scripted daemon on a real socket, with a clock that the test turns.</summary>
public sealed class ServerSessionTests : IAsyncDisposable
{
    private readonly FakeOpenVpnServer _daemon = new();
    private readonly ManualTimeProvider _time = new();
    private readonly LiveStore _live;
    private readonly RecordingObserver _observer = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("fleet-").FullName;
    private readonly ServerOptions _options;
    private ServerSession? _session;
    private Task _running = Task.CompletedTask;

    public ServerSessionTests()
    {
        _live = new LiveStore(_time, NullLogger<LiveStore>.Instance);
        _options = new ServerOptions { Name = "paris", Endpoint = "unix:" + Path.Combine(_folder, "m.sock") };
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _daemon.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        _stop.Dispose();
    }

    [Fact]
    public async Task A_connected_server_is_live_with_its_clients()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 10, sent: 20), FakeOpenVpnServer.ClientRow(1, "<b>x</b>"));
        Start();

        ServerSnapshot server = await UntilAsync(s => s is { Status: ServerStatus.Live, Clients.Length: 2 });

        Assert.Equal(("2.6.14", 4711, false), (server.Version, server.Pid, server.HoldFlag));
        Assert.Equal(["<b>x</b>", "alice"], server.Clients!.Value.Select(c => c.CommonName).Order(StringComparer.Ordinal));
        Assert.Equal("watching", _observer.Take()[0]);
    }

    [Fact]
    public async Task Byte_counts_are_asked_for_after_the_subscriptions_and_again_on_a_new_connection()
    {
        Start();
        await HeardAsync("state on");
        await HeardAsync("bytecount 2");
        await UntilAsync(s => s.IsLive);

        await _daemon.HangUpAsync(Cancel);

        await UntilAsync(s => s.Status is ServerStatus.Unreachable);
        await UntilAsync(s => s.IsLive);
        await HeardAsync("bytecount 2");
        Assert.Equal(["watching", "not watching", "watching"], _observer.Take());
    }

    [Fact]
    public async Task What_a_daemon_tells_again_on_each_connection_is_told_apart()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        await _daemon.HangUpAsync(Cancel);
        await UntilAsync(s => s.Status is ServerStatus.Unreachable);
        await UntilAsync(s => s.IsLive);

        long[] replays = [.. _observer.Said.Where(said => said.Kind is ServerEventKind.State).Select(said => said.Replay)];

        Assert.Equal(2, replays.Length);
        Assert.DoesNotContain(0, replays);
        Assert.Distinct(replays);
    }

    [Fact]
    public async Task A_silent_daemon_means_that_the_slot_is_taken_and_the_place_in_line_is_kept()
    {
        _daemon.Greeting = null;
        Start();
        ServerSnapshot waiting = await UntilAsync(s => s.Status is ServerStatus.SlotTaken);
        Assert.NotEmpty(waiting.Advice);
        Assert.True(waiting.AsOf - waiting.StatusSince < TimeSpan.FromSeconds(10));

        await _daemon.SayAsync(">INFO:OpenVPN Management Interface Version 5 -- type 'help' for more info\r\n", Cancel);

        await UntilAsync(s => s.IsLive);
        Assert.Equal(1, _daemon.Sessions);
    }

    [Fact]
    public async Task A_daemon_that_wants_a_password_says_so()
    {
        _daemon.Password = "secret";
        Start();

        Assert.Contains("PasswordFile", (await UntilAsync(s => s.Status is ServerStatus.PasswordWanted)).Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_a_state_of_its_own_and_is_never_shown()
    {
        _daemon.Password = "secret";
        Password("hunter2");
        Start();

        ServerSnapshot server = await UntilAsync(s => s.Status is ServerStatus.PasswordWrong);

        Assert.DoesNotContain("hunter2", server.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_right_password_opens_the_session()
    {
        _daemon.Password = "se cret\"";
        Password("se cret\"\nsecond line");
        Start();

        await UntilAsync(s => s.IsLive);
    }

    [Fact]
    public async Task Something_that_is_not_OpenVPN_is_told_apart()
    {
        using TcpListener ssh = new(IPAddress.Loopback, 0);
        ssh.Start();
        _options.Endpoint = $"tcp://127.0.0.1:{((IPEndPoint)ssh.LocalEndpoint).Port}";
        Start(listen: false);
        using (TcpClient visitor = await ssh.AcceptTcpClientAsync(Cancel))
            await visitor.GetStream().WriteAsync(Encoding.ASCII.GetBytes("SSH-2.0-OpenSSH_9.2\r\n"), Cancel);

        await UntilAsync(s => s.Status is ServerStatus.NotOpenVpn);
    }

    [Fact]
    public async Task A_missing_socket_is_unreachable_with_the_line_to_add_and_the_next_attempt()
    {
        Start(listen: false);

        ServerSnapshot server = await UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.Equal($"There is no socket at {_folder}/m.sock.", server.Detail);
        Assert.Contains($"management {_folder}/m.sock unix", server.Advice, StringComparison.Ordinal);
        Assert.NotNull(server.NextAttempt);
        Assert.Null(server.Clients);
    }

    [Fact]
    public async Task A_hold_is_shown_and_left_to_a_person()
    {
        Hold();
        Start();

        await UntilAsync(s => s.Status is ServerStatus.Held);
        OperationResult result = await ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.Release, token));

        Assert.Equal(new OperationResult(OperationOutcome.Done, "hold release succeeded"), result);
        await UntilAsync(s => s.Status is ServerStatus.Starting);
    }

    [Fact]
    public async Task A_server_that_does_not_come_through_is_overdue_until_it_does()
    {
        _options.StartLimit = TimeSpan.FromSeconds(10);
        Hold();
        Start();
        await UntilAsync(s => s.Status is ServerStatus.Held);
        await ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.Release, token));
        Assert.False((await UntilAsync(s => s.Status is ServerStatus.Starting)).IsOverdue);

        Assert.Equal("OpenVPN has been starting or restarting for more than 10 s.", (await UntilAsync(s => s.IsOverdue)).Detail);

        await _daemon.SayAsync($">STATE:{_time.GetUtcNow().ToUnixTimeSeconds()},CONNECTED,SUCCESS,10.80.0.1,,,,\r\n", Cancel);
        Assert.False((await UntilAsync(s => s.IsLive)).IsOverdue);
    }

    [Fact]
    public async Task A_hold_flag_is_what_the_daemon_says_it_is_whatever_it_answered_to_the_command()
    {
        Start();
        await UntilAsync(s => s.IsLive);

        _daemon.On("hold", line => line is "hold" ? "SUCCESS: hold=0\r\n" : "SUCCESS: hold flag set to ON\r\n");

        OperationResult result = await ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token));

        Assert.Equal(("hold flag set to ON", "Hold is off now; it was off."), (result.Reply, result.Effect));
        Assert.False(_live.Find("paris")!.HoldFlag);
    }

    [Fact]
    public async Task A_connection_that_is_closed_without_a_word_is_put_down_to_the_user_who_may_connect()
    {
        using Socket daemon = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        daemon.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, "m.sock")));
        daemon.Listen();
        Start(listen: false);
        (await daemon.AcceptAsync(Cancel)).Dispose();

        ServerSnapshot server = await UntilAsync(s => s.Status is ServerStatus.Unreachable);

        DiagnosisCheck check = Assert.Single(ServerDiagnosis.Of(server), check => check.Outcome is CheckOutcome.Failed);
        Assert.Equal(("Connection", "The connection was accepted, and closed without a word.", $"management-client-user {Environment.UserName}"), (check.Name, check.Finding, check.Line));
    }

    [Fact]
    public async Task A_hold_is_released_at_once_where_the_policy_says_so()
    {
        _options.HoldPolicy = HoldPolicy.Release;
        Hold();
        Start();

        await HeardAsync("hold release");
    }

    [Fact]
    public async Task A_release_that_is_refused_is_told_and_tried_again()
    {
        _options.HoldPolicy = HoldPolicy.Release;
        Hold();
        _daemon.On("hold release", "ERROR: not now\r\n");
        Start();

        Assert.Contains("not now", (await UntilAsync(s => s.Detail.Contains("not released", StringComparison.Ordinal))).Detail, StringComparison.Ordinal);

        _daemon.On("hold release", "SUCCESS: hold release succeeded\r\n");
        await UntilAsync(s => s.Status is ServerStatus.Starting);
    }

    [Fact]
    public async Task A_hold_that_is_somebody_else_s_business_is_marked_as_such()
    {
        _options.HoldPolicy = HoldPolicy.Leave;
        Hold();
        Start();

        Assert.True((await UntilAsync(s => s.Status is ServerStatus.Held)).HoldIsExpected);
    }

    [Fact]
    public async Task A_byte_count_ahead_of_the_first_list_of_a_new_connection_is_not_booked_on_who_had_the_CID_before()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 5_000, sent: 5_000));
        Start();
        await UntilAsync(s => s.Clients is [_]);
        _daemon.On("state", "2000,CONNECTING,,,,,,\r\nEND\r\n"); // so that no list comes before the counts
        _daemon.On("bytecount", "SUCCESS: bytecount interval changed\r\n>BYTECOUNT_CLI:0,900000,900000\r\n>STATE:2001,CONNECTED,SUCCESS,10.80.0.1,,,,\r\n");
        Clients(FakeOpenVpnServer.ClientRow(0, "bob", received: 900_000, sent: 900_000, since: 2000));
        _observer.Take();

        await _daemon.HangUpAsync(Cancel);
        await UntilAsync(s => s.Clients is [{ CommonName: "bob" }]);

        Assert.DoesNotContain("counted alice 900000 900000", _observer.Take());
    }

    [Fact]
    public async Task A_daemon_that_stops_answering_is_told_from_one_that_is_gone()
    {
        _daemon.On("version", (string?)null);
        Start();

        Assert.Equal("OpenVPN does not answer.", (await UntilAsync(s => s.Status is ServerStatus.Unreachable)).Detail);
    }

    [Fact]
    public async Task A_malformed_line_is_counted_and_shown_and_costs_nothing_else()
    {
        Start();
        await UntilAsync(s => s.IsLive);

        await _daemon.SayAsync(">BYTECOUNT_CLI:x,password=hunter2,y\r\n", Cancel);

        ServerSnapshot server = await UntilAsync(s => s.MalformedLines == 1);
        Assert.Equal("BYTECOUNT_CLI:x,password=[hidden]", server.LastMalformedLine);
        Assert.True(server.IsLive);
    }

    [Fact]
    public async Task A_restart_of_the_daemon_ends_its_sessions_and_the_same_CID_is_somebody_else_afterwards()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 5_000, since: 1000));
        Start();
        ServerSnapshot before = await UntilAsync(s => s.Clients is [_]);
        _observer.Take();

        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 7, since: 2000));
        await _daemon.SayAsync(">STATE:2000,RECONNECTING,SIGUSR1,,,,,\r\n>STATE:2001,CONNECTED,SUCCESS,10.80.0.1,,,,\r\n", Cancel);

        ServerSnapshot after = await UntilAsync(s => s.Clients is [{ ReceivedBytes: 7 }]);
        Assert.NotEqual(before.Clients!.Value[0].Session, after.Clients!.Value[0].Session);
        Assert.Equal(["ended alice within 0 s RECONNECTING: SIGUSR1", "seen alice 10.80.0.2", "counted alice 7 0"], _observer.Take());
    }

    [Theory]
    [InlineData("pid", "SUCCESS: pid=4712\r\n")]
    [InlineData("state", "1795214600,CONNECTED,SUCCESS,10.80.0.1,,,,\r\nEND\r\n")]
    public async Task Sessions_of_a_daemon_that_was_restarted_while_nobody_watched_ended_with_it(string command, string answer)
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 5_000, since: 1000));
        Start();
        await UntilAsync(s => s.Clients is [_]);
        _observer.Take();

        _daemon.On(command, answer);
        Clients(FakeOpenVpnServer.ClientRow(0, "alice", received: 7, since: 2000));
        await _daemon.HangUpAsync(Cancel);

        await UntilAsync(s => s.Clients is [{ ReceivedBytes: 7 }]);
        Assert.Contains(_observer.Take(), report => report.StartsWith("ended alice", StringComparison.Ordinal) && report.EndsWith("OpenVPN was restarted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_byte_count_of_a_stranger_asks_for_the_list()
    {
        _options.StatusInterval = TimeSpan.FromHours(1);
        Start();
        await UntilAsync(s => s is { IsLive: true, Clients: [] });
        Clients(FakeOpenVpnServer.ClientRow(4, "late"));

        await _daemon.SayAsync(">BYTECOUNT_CLI:4,100,200\r\n", Cancel);

        await UntilAsync(s => s.Clients is [{ CommonName: "late" }]);
    }

    [Fact]
    public async Task A_client_is_disconnected_by_its_CID_and_the_daemon_answers()
    {
        Clients(FakeOpenVpnServer.ClientRow(3, "alice"));
        _daemon.On("client-kill", "SUCCESS: client-kill command succeeded\r\n");
        Start();
        SessionIdentity alice = (await UntilAsync(s => s.Clients is [_])).Clients!.Value[0].Identity;

        OperationResult result = await ExecuteAsync((watch, token) => watch.DisconnectAsync(alice, DisconnectMode.Halt, token));

        Assert.Equal(new OperationResult(OperationOutcome.Done, "client-kill command succeeded"), result);
        await HeardAsync("client-kill 3 HALT");
        Clients();
        await UntilAsync(s => s.Clients is []);
    }

    [Fact]
    public async Task A_session_that_is_no_longer_what_the_operator_saw_is_not_touched()
    {
        Clients(FakeOpenVpnServer.ClientRow(3, "alice"));
        Start();
        SessionIdentity alice = (await UntilAsync(s => s.Clients is [_])).Clients!.Value[0].Identity;
        Clients(FakeOpenVpnServer.ClientRow(3, "bob", since: 2000));

        OperationResult result = await ExecuteAsync((watch, token) => watch.DisconnectAsync(alice, DisconnectMode.Restart, token));

        Assert.Equal(OperationOutcome.Stale, result.Outcome);
        await StopAsync();
        Assert.DoesNotContain("client-kill 3", await HeardAsync("exit"));
    }

    [Fact]
    public async Task The_daemon_s_refusal_is_told_in_its_own_words()
    {
        _daemon.On("signal", "ERROR: signal 'SIGHUP' is currently ignored\r\n");
        Start();
        await UntilAsync(s => s.IsLive);

        OperationResult result = await ExecuteAsync((watch, token) => watch.SignalAsync(ServerSignal.SIGHUP, token));

        Assert.Equal(new OperationResult(OperationOutcome.Failed, "signal 'SIGHUP' is currently ignored"), result);
    }

    [Fact]
    public async Task Without_a_management_session_nothing_is_sent()
    {
        Start(listen: false);
        await UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.Equal(OperationOutcome.Stale, (await ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token))).Outcome);
    }

    [Fact]
    public async Task The_slot_is_given_back_in_good_order()
    {
        Start();
        await UntilAsync(s => s.IsLive);

        await StopAsync();

        Assert.Equal(["bytecount 0", "exit"], (await HeardAsync("exit")).TakeLast(2));
    }

    [Fact]
    public async Task A_lost_server_keeps_showing_what_was_known()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice"));
        Start();
        await UntilAsync(s => s.Clients is [_]);

        await _daemon.DisposeAsync();

        ServerSnapshot lost = await UntilAsync(s => s.Status is ServerStatus.Unreachable);
        Assert.Equal("alice", Assert.Single(lost.Clients!.Value).CommonName);
        Assert.Null(lost.ReceivedRate);
        Assert.NotNull(lost.LastSeen);
    }

    [Fact]
    public async Task The_last_counters_before_a_lost_connection_count_although_a_command_hears_of_its_end_first()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice"));
        Start();
        await UntilAsync(s => s is { IsLive: true, Clients: [_] });

        await _session!.ExecuteAsync(
            async (watch, _) =>
            {
                await _daemon.SayAsync(">BYTECOUNT_CLI:0,700,800\r\n", Cancel);
                await _daemon.HangUpAsync(Cancel);
                await ((IServerTurn)watch).Connection.Completion.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _time.Advance(_options.StatusInterval); // the load is due, and asking for it fails at once
                return new OperationResult(OperationOutcome.Done, "");
            },
            Cancel);
        await UntilAsync(s => s.Status is ServerStatus.Unreachable);

        Assert.Contains("counted alice 700 800", _observer.Take());
    }

    [Fact]
    public async Task An_open_session_whose_daemon_answers_nothing_any_more_is_stale_and_keeps_its_place()
    {
        Clients(FakeOpenVpnServer.ClientRow(0, "alice"));
        Start();
        await UntilAsync(s => s is { IsLive: true, Clients: [_] });

        Mute(_daemon);

        ServerSnapshot stale = await UntilAsync(s => s.Status is ServerStatus.Stale);
        Assert.Equal("alice", Assert.Single(stale.Clients!.Value).CommonName);
        Assert.Null(stale.ReceivedRate);
        Assert.NotEmpty(stale.Advice);
        Assert.Equal(stale.AsOf, stale.StatusSince);
        Assert.Equal(1, _daemon.Sessions);
    }

    [Fact]
    public async Task A_stale_server_that_answers_again_is_live_on_the_same_session()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        Mute(_daemon);
        await UntilAsync(s => s.Status is ServerStatus.Stale);

        await _daemon.SayAsync(">BYTECOUNT_CLI:9,1,1\r\n", Cancel);

        await UntilAsync(s => s.IsLive);
        Assert.Equal(1, _daemon.Sessions);
    }

    [Fact]
    public async Task A_daemon_that_stays_silent_is_given_up_and_dialled_again()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        Mute(_daemon);

        await UntilAsync(s => s.Status is ServerStatus.Unreachable);
    }

    [Fact]
    public async Task A_daemon_that_refuses_its_list_for_too_long_is_stale()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        _daemon.On("load-stats", _ => $"SUCCESS: nclients=1,bytesin={_time.GetTimestamp()},bytesout=0\r\n");
        _daemon.On("status 3", "ERROR: The 'status' command is not supported by the current daemon mode\r\n");

        Assert.Contains("has not listed", (await UntilAsync(s => s.Status is ServerStatus.Stale)).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_number_of_clients_asks_for_the_list_long_before_its_time()
    {
        _options.StatusInterval = TimeSpan.FromHours(1);
        Clients(FakeOpenVpnServer.ClientRow(0, "alice"));
        _daemon.On("load-stats", "SUCCESS: nclients=1,bytesin=5,bytesout=5\r\n");
        Start();
        await UntilAsync(s => s is { IsLive: true, Clients: [_] });

        Clients();
        _daemon.On("load-stats", "SUCCESS: nclients=0,bytesin=5,bytesout=5\r\n");

        await UntilAsync(s => s.Clients is []);
    }

    [Fact]
    public async Task A_line_of_the_log_about_somebody_who_leaves_asks_for_the_list_and_gives_the_reason()
    {
        _options.StatusInterval = TimeSpan.FromHours(1);
        Clients(FakeOpenVpnServer.ClientRow(0, "alice"));
        Start();
        await UntilAsync(s => s is { IsLive: true, Clients: [_] });
        Clients();

        await _daemon.SayAsync(">LOG:1795214552,,alice/198.51.100.11:51728 SIGUSR1[soft,ping-restart] received, client-instance restarting\r\n", Cancel);

        await UntilAsync(s => s.Clients is []);
        Assert.Contains(_observer.Take(), report => report.StartsWith("ended alice", StringComparison.Ordinal) && report.Contains("ping timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_quiet_server_is_asked_for_its_list_once_a_minute_and_stays_live()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        DateTimeOffset begin = _time.GetUtcNow();

        await TurnClockUntilAsync(() => _time.GetUtcNow() - begin > TimeSpan.FromMinutes(2));

        await StopAsync();
        List<string> heard = await HeardAsync("exit");
        Assert.InRange(heard.Count(command => command is "status 3"), 2, 4);
        Assert.InRange(heard.Count(command => command is "load-stats"), 50, 64);
        Assert.True(_live.Find("paris")!.IsLive);
    }

    [Fact]
    public async Task How_the_session_was_opened_is_remembered()
    {
        _daemon.Password = "secret";
        Password("secret");
        Start();

        ConnectionFacts facts = (await UntilAsync(s => s.IsLive)).Connection;

        Assert.Equal((ConnectionStage.Greeted, true), (facts.Stage, facts.PasswordAsked));
        Assert.Equal(Path.Combine(_folder, "m.sock"), facts.Peer);
        Assert.StartsWith("OpenVPN Management Interface", facts.Greeting, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(">CLIENT:ESTABLISHED,0\r\n>CLIENT:ENV,common_name=alice\r\n>CLIENT:ENV,END\r\n", false)]
    [InlineData(">CLIENT:ADDRESS,0,10.80.0.2,1\r\n>CLIENT:ESTABLISHED,0\r\n>CLIENT:ENV,END\r\n", true)]
    [InlineData(">CLIENT:DISCONNECT,0\r\n>CLIENT:ENV,END\r\n", true)]
    public async Task Whether_the_daemon_asks_about_its_clients_shows_itself(string events, bool asks)
    {
        Start();
        Assert.Null((await UntilAsync(s => s.IsLive)).ClientAuth);

        await _daemon.SayAsync(events, Cancel);

        Assert.Equal(asks, (await UntilAsync(s => s.ClientAuth is not null)).ClientAuth);
    }

    [Fact]
    public async Task A_released_slot_is_left_in_an_orderly_way_and_taken_again_when_the_time_is_over()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        DateTimeOffset begin = _time.GetUtcNow();

        _session!.ReleaseSlot(TimeSpan.FromMinutes(5));

        ServerSnapshot released = await UntilAsync(s => s.Status is ServerStatus.Released);
        Assert.Equal(begin + TimeSpan.FromMinutes(5), released.NextAttempt);
        Assert.Equal(["bytecount 0", "exit"], (await HeardAsync("exit")).TakeLast(2));
        _time.Advance(TimeSpan.FromMinutes(4.9));
        await UntilAsync(s => s.IsLive);
        Assert.InRange(_time.GetUtcNow() - begin, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(6));
        Assert.Equal(["watching", "not watching", "watching"], _observer.Take());
    }

    [Fact]
    public async Task A_slot_that_is_released_longer_than_at_first_is_left_for_as_long_as_was_said_last()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        _session!.ReleaseSlot(TimeSpan.FromMinutes(1));
        await UntilAsync(s => s.Status is ServerStatus.Released);
        DateTimeOffset begin = _time.GetUtcNow();

        _session.ReleaseSlot(TimeSpan.FromMinutes(10));

        await UntilAsync(s => s.NextAttempt > begin + TimeSpan.FromMinutes(9));
        _time.Advance(TimeSpan.FromMinutes(9.9));
        await UntilAsync(s => s.IsLive);
        Assert.InRange(_time.GetUtcNow() - begin, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(11));
    }

    [Fact]
    public async Task A_released_slot_is_taken_back_at_once_on_demand()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        Assert.Equal(OperationOutcome.Stale, _session!.TakeSlotBack().Outcome);
        _session.ReleaseSlot(TimeSpan.FromHours(1));
        DateTimeOffset released = (await UntilAsync(s => s.Status is ServerStatus.Released)).AsOf;

        Assert.Equal(OperationOutcome.Done, _session.TakeSlotBack().Outcome);

        Assert.True((await UntilAsync(s => s.IsLive)).AsOf - released < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Who_waits_in_line_for_the_slot_gives_the_place_up_when_it_is_released()
    {
        _daemon.Greeting = null;
        Start();
        await UntilAsync(s => s.Status is ServerStatus.SlotTaken);

        _session!.ReleaseSlot(TimeSpan.FromHours(1));

        await UntilAsync(s => s.Status is ServerStatus.Released);
    }

    [Fact]
    public async Task While_the_slot_is_released_no_command_is_sent()
    {
        Start();
        await UntilAsync(s => s.IsLive);
        _session!.ReleaseSlot(TimeSpan.FromHours(1));
        await UntilAsync(s => s.Status is ServerStatus.Released);

        Assert.Equal(OperationOutcome.Stale, (await ExecuteAsync((watch, token) => watch.HoldAsync(HoldAction.On, token))).Outcome);
    }

    private static void Mute(FakeOpenVpnServer daemon)
    {
        foreach (string command in new[] { "load-stats", "status 3", "signal", "pid" })
            daemon.On(command, (string?)null);
    }

    private void Start(bool listen = true)
    {
        if (listen)
            _daemon.ListenUnix(Path.Combine(_folder, "m.sock"));
        _session = new ServerSession(_options, _live, [_observer], _time, NullLogger.Instance);
        _running = Task.Run(() => _session.RunAsync(_stop.Token), Cancel);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await TurnClockUntilAsync(() => _running.IsCompleted);
        await _running;
    }

    private void Clients(params string[] rows) => _daemon.On("status 3", _daemon.Status(rows));

    private void Hold()
    {
        _daemon.AfterGreeting = ">HOLD:Waiting for hold release:0\r\n";
        _daemon.On("state", "1000,CONNECTING,,,,,,\r\nEND\r\n");
        _daemon.On("status 3", "ERROR: The 'status' command is not supported by the current daemon mode\r\n");
    }

    private void Password(string content)
    {
        _options.PasswordFile = Path.Combine(_folder, "password");
        File.WriteAllText(_options.PasswordFile, content);
    }

    private async Task<OperationResult> ExecuteAsync(Func<ServerWatch, CancellationToken, Task<OperationResult>> operation)
    {
        Task<OperationResult> executing = _session!.ExecuteAsync(operation, Cancel);
        await TurnClockUntilAsync(() => executing.IsCompleted);
        return await executing;
    }

    /// <summary>What the daemon heard since the last call, up to and with a certain line.</summary>
    private async Task<List<string>> HeardAsync(string until)
    {
        List<string> heard = [];
        do
        {
            Task<string> next = _daemon.HeardAsync(Cancel);
            await TurnClockUntilAsync(() => next.IsCompleted);
            heard.Add(await next);
        }
        while (heard[^1] != until);
        return heard;
    }

    private async Task<ServerSnapshot> UntilAsync(Func<ServerSnapshot, bool> condition)
    {
        await TurnClockUntilAsync(() => condition(_live.Find("paris")!));
        return _live.Find("paris")!;
    }

    // The other end of the socket has no clock to turn, so each step leaves it a moment.
    private async Task TurnClockUntilAsync(Func<bool> condition)
    {
        DateTime limit = DateTime.UtcNow + TestWait.Limit;
        while (!condition())
        {
            if (DateTime.UtcNow > limit)
                throw new TimeoutException($"It did not come to that. The server: {_live.Find("paris")}");
            _time.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Delay(1, Cancel);
        }
    }
}
